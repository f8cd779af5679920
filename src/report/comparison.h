#pragma once
#include <span>
#include <string>

#include "lamina/report/records.h"

namespace lamina {

/// Whether the runs read the same data, as a sentence: a warning where records of one tokenizer
/// have different hashes; otherwise, for several tokenizers, that their hashes, which are of
/// tokens, do not tell. "" when all is well.
std::string training_data_note(std::span<const Record> records);

/// A warning where the lengths of the held-out texts differ by 1 % or more: less is the cut at a
/// token. "" when they do not, or the records have no lengths.
std::string held_out_warning(std::span<const Record> records, Quality quality);

/// That tasks were scored on their first documents alone, as a warning where some were and others
/// not; "" where all documents count or there is no task.
std::string task_limit_note(std::span<const Record> records);

}  // namespace lamina
