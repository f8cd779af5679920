#include "all_tasks.h"
#include "harness/task_template.h"
#include "python/python_text.h"

namespace lamina {
namespace {

struct Replacement {
  std::string_view old, by;
};

constexpr Replacement kPunctuation[] = {{" @-@ ", "-"}, {" @,@ ", ","}, {" @.@ ", "."},
                                        {" : ", ": "},  {" ; ", "; "},  {" . ", ". "},
                                        {" ! ", "! "},  {" ? ", "? "},  {" , ", ", "}};

constexpr Replacement kHeadingsAndSpaces[] = {
    {"= = = =", "===="}, {"= = =", "==="}, {"= =", "=="},  {" \u00b0 ", "\u00b0"},
    {" \n", "\n"},       {"\n ", "\n"},    {" N ", " 1 "}, {" 's", "'s"}};

/// Strips the text between each opening character and the next closing one.
std::string tightened(std::string_view text, char open, char close) {
  std::string tight;
  while (true) {
    const std::size_t begin = text.find(open);
    const std::size_t end = begin == text.npos ? text.npos : text.find(close, begin + 1);
    if (end == text.npos) return tight.append(text);
    tight.append(text.substr(0, begin + 1));
    tight.append(python_strip(text.substr(begin + 1, end - begin - 1)));
    tight += close;
    text.remove_prefix(end + 1);
  }
}

/// Reverts WikiText's tokenisation by the rules of lm-evaluation-harness, in their order.
void detokenize(Json& row) {
  std::string text = render("{page}", row);
  text = python_replace(text, "s '", "s'");
  // The harness's rule for digits after an apostrophe: it replaces the digit by the text "[0-9]".
  for (char digit = '0'; digit <= '9'; ++digit) {
    text = python_replace(text, std::string("/' ") + digit + "/", "/'[0-9]/");
  }
  for (const auto& [old, by] : kPunctuation) text = python_replace(text, old, by);
  for (const std::string_view pair : {"()", "[]", "{}", "\"\"", "''"}) {
    text = tightened(text, pair[0], pair[1]);
  }
  for (const auto& [old, by] : kHeadingsAndSpaces) text = python_replace(text, old, by);
  row["text"] = text;
}

}  // namespace

TaskDefinition wikitext_task() {
  return {.name = "wikitext",
          .folders = {"wikitext/wikitext-2-raw-v1", "wikitext"},
          .evaluated = Split::kTest,
          .fewshot = {},
          .contexts = {"{text}"},
          .metrics = {Metric::kRollingPerplexity},
          .original = "{page}",
          .prepare = detokenize};
}

}  // namespace lamina
