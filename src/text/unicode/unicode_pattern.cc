#include "unicode_pattern.h"

#include <pcre2.h>
#include <spdlog/fmt/fmt.h>

#include "code_points.h"
#include "lamina/core/error.h"

namespace lamina {
namespace {

constexpr std::size_t kFirstStackBytes = 32 * 1024;
constexpr std::size_t kLargestStackBytes = 16 * 1024 * 1024;

/// What a thread needs to match: PCRE2 shares compiled patterns among threads, but not these.
class MatchSpace {
 public:
  MatchSpace() { pcre2_jit_stack_assign(context_, nullptr, stack_); }
  ~MatchSpace() {
    pcre2_match_data_free(data_);
    pcre2_match_context_free(context_);
    pcre2_jit_stack_free(stack_);
  }
  MatchSpace(const MatchSpace&) = delete;
  MatchSpace& operator=(const MatchSpace&) = delete;

  pcre2_match_data* data() const { return data_; }
  pcre2_match_context* context() const { return context_; }
  const PCRE2_SIZE* offsets() const { return offsets_; }

 private:
  pcre2_match_data* data_ = pcre2_match_data_create(1, nullptr);
  pcre2_match_context* context_ = pcre2_match_context_create(nullptr);
  pcre2_jit_stack* stack_ = pcre2_jit_stack_create(kFirstStackBytes, kLargestStackBytes, nullptr);
  const PCRE2_SIZE* offsets_ = pcre2_get_ovector_pointer(data_);
};

MatchSpace& match_space() {
  thread_local MatchSpace space;
  return space;
}

std::string message_of(int code) {
  PCRE2_UCHAR text[256];
  pcre2_get_error_message(code, text, sizeof text);
  return reinterpret_cast<const char*>(text);
}

}  // namespace

UnicodePattern::UnicodePattern(std::string_view pattern) {
  const std::string translated = to_pcre2(pattern);
  int error = 0;
  PCRE2_SIZE at = 0;
  code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated.data()), translated.size(),
                            PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C,
                            &error, &at, nullptr),
              [](pcre2_code* code) { pcre2_code_free(code); });
  if (!code_) throw Error(fmt::format("pattern \"{}\": {}", pattern, message_of(error)));
  pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE);  // where it fails, matching interprets
}

bool UnicodePattern::find(std::string_view text, std::size_t from, TextSpan& match) const {
  while (find_even_empty(text, from, match)) {
    if (match.end > match.begin) return true;
    if (match.end == text.size()) return false;
    from = match.end + utf8_bytes(text[match.end]);
  }
  return false;
}

bool UnicodePattern::find_even_empty(std::string_view text, std::size_t from,
                                     TextSpan& match) const {
  const MatchSpace& space = match_space();
  const auto subject = reinterpret_cast<PCRE2_SPTR>(text.data());
  int found =
      pcre2_jit_match(code_.get(), subject, text.size(), from, 0, space.data(), space.context());
  if (found == PCRE2_ERROR_JIT_STACKLIMIT || found == PCRE2_ERROR_JIT_BADOPTION) {
    found = pcre2_match(code_.get(), subject, text.size(), from, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT,
                        space.data(), space.context());
  }
  if (found == PCRE2_ERROR_NOMATCH) return false;
  if (found < 0) throw Error(fmt::format("a tokenizer's pattern failed: {}", message_of(found)));
  match = {space.offsets()[0], space.offsets()[1]};
  return true;
}

}  // namespace lamina
