#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "character.h"
#include "python_text.h"

namespace lamina {
namespace {

struct FullMapping {
  std::int32_t from;
  std::array<std::int32_t, 3> to;  // filled up with 0
};

/// Title case mappings to more than one character: the unconditional rows of SpecialCasing.txt of
/// the Unicode Character Database. utf8proc has only the simple mappings.
constexpr FullMapping kFullTitle[] = {
    {0x00DF, {0x0053, 0x0073, 0}},      {0x0149, {0x02BC, 0x004E, 0}},
    {0x01F0, {0x004A, 0x030C, 0}},      {0x0390, {0x0399, 0x0308, 0x0301}},
    {0x03B0, {0x03A5, 0x0308, 0x0301}}, {0x0587, {0x0535, 0x0582, 0}},
    {0x1E96, {0x0048, 0x0331, 0}},      {0x1E97, {0x0054, 0x0308, 0}},
    {0x1E98, {0x0057, 0x030A, 0}},      {0x1E99, {0x0059, 0x030A, 0}},
    {0x1E9A, {0x0041, 0x02BE, 0}},      {0x1F50, {0x03A5, 0x0313, 0}},
    {0x1F52, {0x03A5, 0x0313, 0x0300}}, {0x1F54, {0x03A5, 0x0313, 0x0301}},
    {0x1F56, {0x03A5, 0x0313, 0x0342}}, {0x1FB2, {0x1FBA, 0x0345, 0}},
    {0x1FB4, {0x0386, 0x0345, 0}},      {0x1FB6, {0x0391, 0x0342, 0}},
    {0x1FB7, {0x0391, 0x0342, 0x0345}}, {0x1FC2, {0x1FCA, 0x0345, 0}},
    {0x1FC4, {0x0389, 0x0345, 0}},      {0x1FC6, {0x0397, 0x0342, 0}},
    {0x1FC7, {0x0397, 0x0342, 0x0345}}, {0x1FD2, {0x0399, 0x0308, 0x0300}},
    {0x1FD3, {0x0399, 0x0308, 0x0301}}, {0x1FD6, {0x0399, 0x0342, 0}},
    {0x1FD7, {0x0399, 0x0308, 0x0342}}, {0x1FE2, {0x03A5, 0x0308, 0x0300}},
    {0x1FE3, {0x03A5, 0x0308, 0x0301}}, {0x1FE4, {0x03A1, 0x0313, 0}},
    {0x1FE6, {0x03A5, 0x0342, 0}},      {0x1FE7, {0x03A5, 0x0308, 0x0342}},
    {0x1FF2, {0x1FFA, 0x0345, 0}},      {0x1FF4, {0x038F, 0x0345, 0}},
    {0x1FF6, {0x03A9, 0x0342, 0}},      {0x1FF7, {0x03A9, 0x0342, 0x0345}},
    {0xFB00, {0x0046, 0x0066, 0}},      {0xFB01, {0x0046, 0x0069, 0}},
    {0xFB02, {0x0046, 0x006C, 0}},      {0xFB03, {0x0046, 0x0066, 0x0069}},
    {0xFB04, {0x0046, 0x0066, 0x006C}}, {0xFB05, {0x0053, 0x0074, 0}},
    {0xFB06, {0x0053, 0x0074, 0}},      {0xFB13, {0x0544, 0x0576, 0}},
    {0xFB14, {0x0544, 0x0565, 0}},      {0xFB15, {0x0544, 0x056B, 0}},
    {0xFB16, {0x054E, 0x0576, 0}},      {0xFB17, {0x0544, 0x056D, 0}}};

struct Range {
  std::int32_t first, last;
};

/// Other_Lowercase and Other_Uppercase of PropList.txt: cased characters that are not in category
/// Lu, Ll or Lt. Without those that are also case-ignorable, because these are skipped first.
constexpr Range kOtherCased[] = {{0xAA, 0xAA},      {0xBA, 0xBA},       {0x2160, 0x217F},
                                 {0x24B6, 0x24E9},  {0x1F130, 0x1F149}, {0x1F150, 0x1F169},
                                 {0x1F170, 0x1F189}};

/// Case_Ignorable punctuation: Word_Break MidLetter, MidNumLet and Single_Quote of
/// WordBreakProperty.txt.
constexpr std::int32_t kIgnorablePunctuation[] = {0x27,   0x2E,   0x3A,   0xB7,   0x387,  0x55F,
                                                  0x5F4,  0x2018, 0x2019, 0x2024, 0x2027, 0xFE13,
                                                  0xFE52, 0xFE55, 0xFF07, 0xFF0E, 0xFF1A};

constexpr std::int32_t kCapitalSigma = 0x3A3, kSmallSigma = 0x3C3, kFinalSigma = 0x3C2;
constexpr std::int32_t kCapitalIWithDot = 0x130, kCombiningDot = 0x307;

bool is_cased(std::int32_t c) {
  const utf8proc_category_t category = utf8proc_category(c);
  if (category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LL ||
      category == UTF8PROC_CATEGORY_LT) {
    return true;
  }
  return std::any_of(std::begin(kOtherCased), std::end(kOtherCased),
                     [c](Range range) { return c >= range.first && c <= range.last; });
}

bool is_case_ignorable(std::int32_t c) {
  const utf8proc_category_t category = utf8proc_category(c);
  if (category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME ||
      category == UTF8PROC_CATEGORY_CF || category == UTF8PROC_CATEGORY_LM ||
      category == UTF8PROC_CATEGORY_SK) {
    return true;
  }
  return std::find(std::begin(kIgnorablePunctuation), std::end(kIgnorablePunctuation), c) !=
         std::end(kIgnorablePunctuation);
}

using Characters = std::vector<std::int32_t>;

Characters characters_of(std::string_view text) {
  Characters characters;
  for (; !text.empty(); text.remove_prefix(first_character(text).bytes)) {
    characters.push_back(first_character(text).code);
  }
  return characters;
}

/// Condition Final_Sigma of the Unicode Standard, section 3.13: a cased letter precedes, and none
/// follows; case-ignorable characters in between are skipped.
bool is_final_sigma(const Characters& text, std::size_t at) {
  const auto here = text.begin() + static_cast<std::ptrdiff_t>(at);
  const auto before =
      std::find_if_not(std::make_reverse_iterator(here), text.rend(), is_case_ignorable);
  const auto after = std::find_if_not(here + 1, text.end(), is_case_ignorable);
  return before != text.rend() && is_cased(*before) && (after == text.end() || !is_cased(*after));
}

void append(std::string& text, std::int32_t character) {
  utf8proc_uint8_t bytes[4];
  const auto count = utf8proc_encode_char(character, bytes);
  for (utf8proc_ssize_t i = 0; i < count; ++i) text += static_cast<char>(bytes[i]);
}

void append_title(std::string& text, std::int32_t character) {
  const auto* full = std::find_if(std::begin(kFullTitle), std::end(kFullTitle),
                                  [&](const FullMapping& row) { return row.from == character; });
  if (full == std::end(kFullTitle)) return append(text, utf8proc_totitle(character));
  for (const std::int32_t each : full->to) {
    if (each != 0) append(text, each);
  }
}

void append_lower(std::string& text, const Characters& characters, std::size_t at) {
  const std::int32_t c = characters[at];
  if (c == kCapitalSigma) {
    return append(text, is_final_sigma(characters, at) ? kFinalSigma : kSmallSigma);
  }
  if (c != kCapitalIWithDot) return append(text, utf8proc_tolower(c));
  append(text, 'i');  // the only unconditional lower case row of SpecialCasing.txt
  append(text, kCombiningDot);
}

}  // namespace

std::string python_capitalize(std::string_view text) {
  const Characters characters = characters_of(text);
  std::string capitalized;
  if (!characters.empty()) append_title(capitalized, characters[0]);
  for (std::size_t i = 1; i < characters.size(); ++i) append_lower(capitalized, characters, i);
  return capitalized;
}

}  // namespace lamina
