#include "unicode_pattern.h"

#include <pcre2.h>
#include <spdlog/fmt/fmt.h>
#include <utf8proc.h>

#include "code_points.h"
#include "lamina/core/error.h"
#include "lamina/text/utf8.h"

namespace lamina {
namespace {

constexpr std::size_t kInitialStackBytes = 32 * 1024;
constexpr std::size_t kMaxStackBytes = 16 * 1024 * 1024;

/// Scratch space for matching. Threads may share a compiled pattern of PCRE2, but not this.
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
  pcre2_jit_stack* stack_ = pcre2_jit_stack_create(kInitialStackBytes, kMaxStackBytes, nullptr);
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
  pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE);  // if this fails, matching interprets
}

std::string unicode_versions() {
  char pcre2[24] = {};
  pcre2_config(PCRE2_CONFIG_UNICODE_VERSION, pcre2);
  return fmt::format("{} {}", pcre2, utf8proc_unicode_version());
}

bool UnicodePattern::find_next(std::string_view text, std::optional<TextSpan>& match) const {
  const bool is_first = !match.has_value();
  const std::size_t from = is_first ? 0 : match->end;
  if (!find_from(text, from, match)) return false;
  if (is_first || match->begin < match->end || match->end > from) return true;
  return from < text.size() && find_from(text, from + utf8_bytes(text[from]), match);
}

bool UnicodePattern::find_from(std::string_view text, std::size_t from,
                               std::optional<TextSpan>& match) const {
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
  match = TextSpan{space.offsets()[0], space.offsets()[1]};
  return true;
}

}  // namespace lamina
