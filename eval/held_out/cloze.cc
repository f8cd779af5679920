#include "lamina/eval/cloze.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cctype>

#include "lamina/core/error.h"
#include "lamina/core/random.h"
#include "python/python_text.h"

namespace lamina {
namespace {

constexpr std::size_t kNumChoices = 4;
constexpr std::uint64_t kMaxDraws = 1000;  // per position, before the text counts as too short

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }
bool is_space(char byte) { return std::isspace(static_cast<unsigned char>(byte)) != 0; }

/// A position in the text where a continuation may begin.
struct Position {
  std::size_t document, byte;
};

/// Draws positions and texts. Every draw has its own number in one counter-based random stream.
class ClozeMaker {
 public:
  ClozeMaker(const std::vector<std::string>& documents, const EvaluationSettings& settings)
      : documents_(documents),
        context_bytes_(static_cast<std::size_t>(settings.cloze_context_bytes)),
        continuation_bytes_(static_cast<std::size_t>(settings.cloze_continuation_bytes)),
        key_(mix_keys(static_cast<std::uint64_t>(settings.seed), purpose_of("cloze"))) {
    for (const std::string& document : documents) ends_.push_back(total_bytes_ += document.size());
  }

  TaskDocument make() {
    const Position position = draw_position();
    const std::string truth = continuation(position);
    std::vector<std::string> others;
    for (std::uint64_t draw = 0; others.size() + 1 < kNumChoices; ++draw) {
      if (draw > kMaxDraws) fail_too_short();
      std::string other = continuation(draw_position());
      const bool seen =
          other == truth || std::find(others.begin(), others.end(), other) != others.end();
      if (!seen) others.push_back(std::move(other));
    }
    const auto answer = static_cast<std::size_t>(random_below(kNumChoices, key_, next_draw_++));
    others.insert(others.begin() + static_cast<std::ptrdiff_t>(answer), truth);
    TaskDocument document{.requests = {}, .lengths = {}, .gold = answer};
    for (std::string& choice : others)
      document.requests.push_back({context(position), std::move(choice)});
    return document;
  }

 private:
  [[noreturn]] void fail_too_short() const {
    throw Error(fmt::format(
        "cloze: {} bytes of held-out text are too few, or too repetitive, for questions of {} + "
        "{} bytes",
        total_bytes_, context_bytes_, continuation_bytes_));
  }

  /// The beginning of a word with enough text before and after it in the same document.
  Position draw_position() {
    for (std::uint64_t draw = 0; draw < kMaxDraws && total_bytes_ > 0; ++draw) {
      const std::size_t at = random_below(total_bytes_, key_, next_draw_++);
      const auto document = static_cast<std::size_t>(
          std::upper_bound(ends_.begin(), ends_.end(), at) - ends_.begin());
      const std::string& text = documents_[document];
      const std::size_t byte = at - (ends_[document] - text.size());
      const bool fits = byte >= context_bytes_ && byte + continuation_bytes_ <= text.size();
      if (!fits || !is_space(text[byte - 1]) || is_space(text[byte])) continue;
      const Position position{document, byte};
      // RequestEncoder does not accept a context that is only whitespace.
      if (!python_strip(context(position)).empty()) return position;
    }
    fail_too_short();
  }

  std::string context(const Position& position) const {
    const std::string& text = documents_[position.document];
    std::size_t begin = position.byte - context_bytes_;
    while (continues_character(text[begin])) ++begin;
    return text.substr(begin, position.byte - begin);
  }

  std::string continuation(const Position& position) const {
    const std::string& text = documents_[position.document];
    std::size_t end = position.byte + continuation_bytes_;
    while (end < text.size() && continues_character(text[end])) ++end;
    return text.substr(position.byte, end - position.byte);
  }

  const std::vector<std::string>& documents_;
  std::vector<std::size_t> ends_;  ///< cumulative sizes of the documents
  std::size_t total_bytes_ = 0;
  std::size_t context_bytes_, continuation_bytes_;
  std::uint64_t key_, next_draw_ = 0;
};

}  // namespace

TaskRequests make_cloze(const std::vector<std::string>& documents,
                        const EvaluationSettings& settings) {
  ClozeMaker maker(documents, settings);
  const std::int64_t num_questions = settings.limit > 0
                                         ? std::min(settings.limit, settings.cloze_questions)
                                         : settings.cloze_questions;
  TaskRequests task{.name = "cloze", .metrics = {Metric::kAcc}, .documents = {}};
  for (std::int64_t i = 0; i < num_questions; ++i) task.documents.push_back(maker.make());
  return task;
}

}  // namespace lamina
