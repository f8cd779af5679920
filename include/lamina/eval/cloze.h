#pragma once
#include <string>
#include <vector>

#include "lamina/eval/settings.h"
#include "lamina/eval/task.h"

namespace lamina {

/// Multiple-choice questions made from any text, as a task named "cloze". A question is a context
/// of about cloze_context_bytes and four continuations of about cloze_continuation_bytes that begin
/// at a word: the true one, and three from other positions of the same text. Cuts are between UTF-8
/// characters. A pure function of the documents and the settings, independent of the tokenizer.
/// Throws Error if the text is too short or too repetitive.
TaskRequests make_cloze(const std::vector<std::string>& documents,
                        const EvaluationSettings& settings);

}  // namespace lamina
