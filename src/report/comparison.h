#pragma once
#include <span>
#include <string>

#include "lamina/report/records.h"

namespace lamina {

/// Whether the runs were trained on the same data, as a sentence: a warning if records with one
/// tokenizer have different data hashes; otherwise, for several tokenizers, that the hashes, which
/// are of tokens, do not show it. "" if the hashes of one tokenizer are equal or absent.
std::string training_data_note(std::span<const Record> records);

/// A warning if the lengths of the held-out texts differ by 1 % or more; smaller differences come
/// from cutting the text at a token. "" if they do not, or the records have no lengths.
std::string held_out_warning(std::span<const Record> records, Quality quality);

/// A note that tasks were scored only on their first documents, or a warning if the number differs
/// between runs. "" if all documents were scored or there are no tasks.
std::string task_limit_note(std::span<const Record> records);

}  // namespace lamina
