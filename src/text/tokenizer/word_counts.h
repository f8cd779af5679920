#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "lamina/text/bpe_trainer.h"

namespace lamina {

/// How often each of GPT-2's words occurs in the documents, sorted by the words' bytes. Bytes that
/// are not UTF-8 are words of their own.
std::vector<std::pair<std::string, std::int64_t>> count_gpt2_words(const DocumentSource& documents,
                                                                   int num_threads);

}  // namespace lamina
