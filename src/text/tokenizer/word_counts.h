#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "lamina/text/bpe_trainer.h"

namespace lamina {

/// The number of occurrences of each word in the documents, sorted by the words' bytes. GPT-2's
/// pre-tokenizer splits the words; a run of bytes that are not UTF-8 is a word. `num_threads` as in
/// BpeTrainerSettings. Throws Stopped if a stop is requested, and what `documents` throws.
std::vector<std::pair<std::string, std::int64_t>> count_gpt2_words(const DocumentSource& documents,
                                                                   int num_threads);

}  // namespace lamina
