#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>

#include "lamina/core/error.h"
#include "unicode_pattern.h"

namespace lamina {
namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Translates an expression in one pass. Syntax with the same meaning in Oniguruma and PCRE2 is
/// copied; syntax with another meaning is rewritten or refused.
class Translation {
 public:
  explicit Translation(std::string_view source) : source_(source) {}

  std::string run() {
    while (at_ < source_.size()) step();
    return std::move(result_);
  }

 private:
  [[noreturn]] void refuse(std::string_view what) const {
    throw Error(fmt::format("pattern \"{}\": \"{}\" is not supported", source_, what));
  }

  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }
  bool next_is(std::string_view text) const { return source_.substr(at_).starts_with(text); }
  void copy(std::size_t count = 1) {
    result_ += source_.substr(at_, count);
    at_ += count;
  }

  void step() {
    if (peek() == '\\') return escape();
    if (in_class_) return class_character();
    if (peek() == '[') return open_class();
    if (peek() == '(') return group();
    if (peek() == '{') return quantifier();
    copy();
  }

  void open_class() {
    in_class_ = true;
    copy(peek(1) == '^' ? 2 : 1);
    if (peek() == ']') refuse("[]");
  }

  /// Oniguruma supports nested classes and their intersection; PCRE2 does not.
  void class_character() {
    if (peek() == '[') refuse("[ inside a class");
    if (next_is("&&")) refuse("&&");
    if (peek() == ']') in_class_ = false;
    copy();
  }

  void group() {
    static constexpr std::array<std::string_view, 7> kAlike{
        "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i:"};
    if (next_is("(*")) refuse("(*");
    if (peek(1) != '?') return copy();
    // Elsewhere the two libraries differ in whether it applies to the alternatives after it.
    if (at_ == 0 && next_is("(?i)")) return copy(4);
    for (const std::string_view alike : kAlike) {
      if (next_is(alike)) return copy(alike.size());
    }
    refuse(source_.substr(at_, 4));
  }

  /// Copies {n}, {n,} and {n,m}. "{,m}" and a "+" after the braces differ between the libraries.
  void quantifier() {
    const std::size_t end = source_.find('}', at_);
    if (end == std::string_view::npos) refuse("{");
    const std::string_view braces = source_.substr(at_, end + 1 - at_);
    const bool counts = braces.size() > 2 && braces[1] != ',' &&
                        braces.find_first_not_of("0123456789,", 1) == braces.size() - 1;
    if (!counts) refuse(braces);
    copy(braces.size());
    if (peek() == '+') refuse("}+");
  }

  void escape() {
    const char kind = peek(1);
    if (kind == 'p' || kind == 'P') return property();
    if (kind == 's' || kind == 'S') return replace(kind == 's' ? "\\p{Wspace}" : "\\P{Wspace}");
    if (kind == 'w') return replace(word_class("\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}"));
    if (kind == 'v') return replace("\\x0B");
    if (kind == 'u') return unicode();
    if (kind == 'x') return hexadecimal();
    static constexpr std::string_view kAlike = "dDrntfAz";
    if (kind == '\0' || (is_alphanumeric(kind) && kAlike.find(kind) == std::string_view::npos)) {
      refuse(source_.substr(at_, 2));
    }
    if (in_class_ && (kind == 'A' || kind == 'z')) refuse(source_.substr(at_, 2));
    copy(2);
  }

  void replace(std::string_view with) {
    result_ += with;
    at_ += 2;
  }
  std::string word_class(const std::string& members) const {
    return in_class_ ? members : "[" + members + "]";
  }

  /// A long name is a script: "sc:" is needed, since PCRE2 matches script extensions without it.
  void property() {
    const std::size_t end = source_.find('}', at_);
    if (peek(2) != '{' || end == std::string_view::npos) refuse(source_.substr(at_, 2));
    std::string_view name = source_.substr(at_ + 3, end - at_ - 3);
    bool negated = peek(1) == 'P';
    if (name.starts_with('^')) {
      negated = !negated;
      name.remove_prefix(1);
    }
    if (name.empty() || !std::all_of(name.begin(), name.end(), is_alphanumeric)) refuse(name);
    result_ += fmt::format("\\{}{{{}{}}}", negated ? 'P' : 'p', name.size() > 2 ? "sc:" : "", name);
    at_ = end + 1;
  }

  void unicode() {
    const std::string_view digits = source_.substr(at_).substr(2, 4);
    check_hexadecimal(digits, 4);
    result_ += fmt::format("\\x{{{}}}", digits);
    at_ += 6;
  }

  void hexadecimal() {
    if (peek(2) == '{') {
      const std::size_t end = source_.find('}', at_);
      if (end == std::string_view::npos) refuse("\\x{");
      check_hexadecimal(source_.substr(at_ + 3, end - at_ - 3), 1);
      return copy(end + 1 - at_);
    }
    check_hexadecimal(source_.substr(at_).substr(2, 2), 2);
    if (peek(2) >= '8') refuse(source_.substr(at_, 4));  // a byte in one, a character in the other
    copy(4);
  }
  void check_hexadecimal(std::string_view digits, std::size_t min_digits) const {
    if (digits.size() < min_digits ||
        digits.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
      refuse(source_.substr(at_, 2));
    }
  }

  std::string_view source_;
  std::size_t at_ = 0;
  bool in_class_ = false;
  std::string result_;
};

}  // namespace

std::string to_pcre2(std::string_view oniguruma) { return Translation(oniguruma).run(); }

}  // namespace lamina
