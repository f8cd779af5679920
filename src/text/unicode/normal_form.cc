#include "normal_form.h"

#include <utf8proc.h>

#include <array>
#include <memory>
#include <new>

#include "code_points.h"
#include "text_span.h"

namespace lamina {
namespace {

/// No code point at or above this one decomposes, combines or is reordered.
constexpr char32_t kEnd = 0x30000;

utf8proc_option_t options_of(NormalForm form) {
  static constexpr std::array<int, 4> kOptions{
      UTF8PROC_STABLE | UTF8PROC_COMPOSE, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE,
      UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT,
      UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT};
  return static_cast<utf8proc_option_t>(kOptions[static_cast<std::size_t>(form)]);
}

struct Freed {
  void operator()(utf8proc_uint8_t* bytes) const { std::free(bytes); }  // NOLINT: utf8proc's malloc
};

std::string normal_form_of(std::string_view text, NormalForm form) {
  utf8proc_uint8_t* bytes = nullptr;
  const auto size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &bytes, options_of(form));
  const std::unique_ptr<utf8proc_uint8_t, Freed> owner(bytes);
  if (size < 0) throw std::bad_alloc();  // the only failure on well-formed text
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

/// By code point, whether it is safe: a text of only safe characters is in the normal form, and a
/// safe character never changes the characters before it. Safe characters have combining class 0
/// and Quick_Check=Yes (UAX #15, section 9) and do not compose with a preceding character.
class SafeCharacters {
 public:
  explicit SafeCharacters(NormalForm form) : safe_(kEnd, true) {
    for (char32_t c = 0x80; c < kEnd; ++c) {
      std::array<utf8proc_int32_t, 32> parts{};
      const std::size_t count = decompose(c, UTF8PROC_DECOMPOSE, parts);
      for (std::size_t i = 1; i < count; ++i) mark_unsafe(parts[i]);
      const bool compatible = form == NormalForm::kNfkc || form == NormalForm::kNfkd;
      if (compatible)
        changes(c, form, decompose(c, UTF8PROC_COMPAT, parts), parts);
      else
        changes(c, form, count, parts);
    }
  }

  bool operator()(char32_t code_point) const { return code_point >= kEnd || safe_[code_point]; }

 private:
  using Parts = std::array<utf8proc_int32_t, 32>;

  static std::size_t decompose(char32_t c, int option, Parts& parts) {
    int last_boundary = 0;
    const auto count = utf8proc_decompose_char(
        static_cast<utf8proc_int32_t>(c), parts.data(), std::ssize(parts),
        static_cast<utf8proc_option_t>(option | UTF8PROC_DECOMPOSE), &last_boundary);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }

  void mark_unsafe(utf8proc_int32_t c) { safe_[static_cast<std::size_t>(c)] = false; }

  /// Marks a character as unsafe if it can be reordered, or is not its own normal form.
  void changes(char32_t c, NormalForm form, std::size_t count, const Parts& parts) {
    const auto value = static_cast<utf8proc_int32_t>(c);
    const bool decomposes = count != 1 || parts[0] != value;
    bool unsafe = utf8proc_get_property(value)->combining_class != 0;
    if (decomposes && !unsafe && !(c >= 0xD800 && c < 0xE000)) {
      std::string alone;
      append_utf8(alone, c);
      unsafe = normal_form_of(alone, form) != alone;
    }
    if (unsafe) mark_unsafe(value);
  }

  std::vector<bool> safe_;
};

const SafeCharacters& safe_characters(NormalForm form) {
  static const SafeCharacters nfc(NormalForm::kNfc);
  if (form == NormalForm::kNfc) return nfc;
  static const std::array<SafeCharacters, 3> others{SafeCharacters(NormalForm::kNfd),
                                                    SafeCharacters(NormalForm::kNfkc),
                                                    SafeCharacters(NormalForm::kNfkd)};
  return others[static_cast<std::size_t>(form) - 1];
}

/// The number of ASCII bytes at the start of the text.
std::size_t ascii_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

/// The first part at or after `from` that may change: a run of unsafe characters and the safe
/// character before it. Empty, at the end of the text, if there is none.
TextSpan next_part(std::string_view text, std::size_t from, const SafeCharacters& safe) {
  std::size_t before = from;  // start of the last safe character
  std::size_t at = from;
  while (at < text.size()) {
    const std::size_t ascii = ascii_prefix(text.substr(at));
    if (ascii > 0) {
      at += ascii;
      before = at - 1;
      continue;
    }
    const std::string_view character = character_at(text, at);
    if (!safe(code_point_of(character))) break;
    before = at;
    at += character.size();
  }
  if (at == text.size()) return {at, at};
  while (at < text.size() && !safe(code_point_of(character_at(text, at)))) {
    at += utf8_bytes(text[at]);
  }
  return {before, at};
}

}  // namespace

bool normalise(std::string_view text, NormalForm form, RewrittenText& out) {
  if (ascii_prefix(text) == text.size()) return false;
  const SafeCharacters& safe = safe_characters(form);
  std::size_t done = 0;
  for (TextSpan part = next_part(text, 0, safe); part.begin < text.size();
       part = next_part(text, part.end, safe)) {
    const std::string_view before = text.substr(part.begin, part.end - part.begin);
    const std::string after = normal_form_of(before, form);
    if (after == before) continue;
    out.keep(text.substr(done, part.begin - done));
    out.change(before, after);
    done = part.end;
  }
  if (done == 0) return false;
  out.keep(text.substr(done));
  return true;
}

}  // namespace lamina
