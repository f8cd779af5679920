#include "eval/python/python_text.h"

#include <gtest/gtest.h>
#include <utf8proc.h>
#include <zlib.h>

namespace lamina {
namespace {

// Expected values of this file: class str of CPython 3.11.

std::string text_of(std::int32_t character) {
  utf8proc_uint8_t bytes[4];
  const auto count = utf8proc_encode_char(character, bytes);
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count)};
}

TEST(PythonText, WhitespaceIsPythons) {
  int num_spaces = 0;
  for (std::int32_t c = 0; c <= 0x10FFFF; ++c) num_spaces += is_python_space(c) ? 1 : 0;
  EXPECT_EQ(num_spaces, 29);
  for (const std::int32_t c : {0x09, 0x0D, 0x1C, 0x1F, 0x20, 0x85, 0xA0, 0x1680, 0x2000, 0x200A,
                               0x2028, 0x2029, 0x202F, 0x205F, 0x3000}) {
    EXPECT_TRUE(is_python_space(c)) << c;
  }
  for (const std::int32_t c : {0x0E, 0x1B, 0x180E, 0x200B, 0x2060, 0xFEFF}) {
    EXPECT_FALSE(is_python_space(c)) << c;
  }
}

TEST(PythonText, StripsWhitespaceOfAnyLength) {
  EXPECT_EQ(python_strip("\u3000\u0085 a b\u00a0\x1f\n"), "a b");
  EXPECT_EQ(python_lstrip("\u3000 a \n"), "a \n");
  EXPECT_EQ(python_strip("\u200b"), "\u200b");
  EXPECT_EQ(python_strip(" \u2028\t"), "");
  EXPECT_EQ(python_strip(""), "");
  EXPECT_EQ(python_strip("\u65e5"), "\u65e5");
}

TEST(PythonText, LengthCountsCharacters) {
  EXPECT_EQ(python_length(""), 0);
  EXPECT_EQ(python_length("a\u00e9\u65e5\U0001F600"), 4);
}

TEST(PythonText, FieldsAreOneMoreThanRunsOfWhitespace) {
  EXPECT_EQ(python_split_fields(""), 1);
  EXPECT_EQ(python_split_fields(" "), 2);
  EXPECT_EQ(python_split_fields("a b"), 2);
  EXPECT_EQ(python_split_fields(" a\u00a0b \n"), 4);
  EXPECT_EQ(python_split_fields("a\x1c"
                                "b\u0085c"),
            3);
}

TEST(PythonText, ReplacesFromTheLeftWithoutOverlap) {
  EXPECT_EQ(python_replace("   ", "  ", " "), "  ");
  EXPECT_EQ(python_replace("aaa", "aa", "b"), "ba");
  EXPECT_EQ(python_replace("a_b_c", "_", " "), "a b c");
  EXPECT_EQ(python_replace("abc", "x", "y"), "abc");
}

TEST(PythonText, CapitalizeLowersAllButTheFirst) {
  EXPECT_EQ(python_capitalize("hELLO World"), "Hello world");
  EXPECT_EQ(python_capitalize(""), "");
  EXPECT_EQ(python_capitalize("\u00e9\u00c0"), "\u00c9\u00e0");
  EXPECT_EQ(python_capitalize("\u2173\u2163"), "\u2163\u2173");
  EXPECT_EQ(python_capitalize("\u65e5\u672cA"), "\u65e5\u672c\x61");
}

TEST(PythonText, CapitalizeUsesTitleCaseAndFullMappings) {
  EXPECT_EQ(python_capitalize("\u01c6A"), "\u01c5\x61");
  EXPECT_EQ(python_capitalize("\u00dfx"), "Ssx");
  EXPECT_EQ(python_capitalize("\ufb01N"), "Fin");
  EXPECT_EQ(python_capitalize("\u1fb3\u0391"), "\u1fbc\u03b1");
  EXPECT_EQ(python_capitalize("x\u0130"), "Xi\u0307");
}

TEST(PythonText, CapitalizeEndsAWordWithTheFinalSigma) {
  EXPECT_EQ(python_capitalize("\u0391\u03a3"), "\u0391\u03c2");
  EXPECT_EQ(python_capitalize("x\u03a3."), "X\u03c2.");
  EXPECT_EQ(python_capitalize("x\u03a3.a"), "X\u03c3.a");
  EXPECT_EQ(python_capitalize("x \u03a3"), "X \u03c3");
}

// Expected: CRC-32 of "".join(chr(c).capitalize() + ("A" + chr(c) + "\u03a3").capitalize() for c in
// ...), over blocks to which later Unicode versions have added no cased letters.
TEST(PythonText, CapitalizesLatinGreekCyrillicAndArmenianAsPythonDoes) {
  std::string text;
  for (const auto& [first, last] : {std::pair{0, 0x52F}, {0x1E00, 0x1FFF}, {0xFB00, 0xFB17}}) {
    for (std::int32_t c = first; c <= last; ++c) {
      const std::string letter = text_of(c);
      text += python_capitalize(letter) + python_capitalize("A" + letter + "\u03a3");
    }
  }
  EXPECT_EQ(::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())),
            1252300032U);
}

}  // namespace
}  // namespace lamina
