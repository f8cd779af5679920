#pragma once
#include <string>
#include <vector>

#include "lamina/eval/settings.h"
#include "lamina/eval/task.h"

namespace lamina {

/// Questions made from any text: a stretch of context, and four continuations of it that begin at a
/// word: the true one, and three taken from elsewhere in the same text, all of about
/// cloze_continuation_bytes (cut at whole UTF-8 characters). A pure function of the documents, the
/// settings and their seed, and independent of the tokenizer. Throws Error where the text is too
/// short.
TaskRequests make_cloze(const std::vector<std::string>& documents,
                        const EvaluationSettings& settings);

}  // namespace lamina
