#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "error_text.h"
#include "temporary_folder.h"
#include "text/small_tokenizer.h"

namespace lamina {
namespace {

using testing::ElementsAre;

std::vector<std::string> covered(const Json& file, std::string_view text) {
  return covered(*parse_tokenizer(file.dump(), "small"), text);
}

std::string message(const Json& file) {
  return error_text([&] { parse_tokenizer(file.dump(), "small"); });
}

/// A byte-level tokenizer without merges and the added token <m> with one property set.
Json with_added_token(const char* property) {
  Json file = small_tokenizer();
  Json token = added_token(257, "<m>");
  token[property] = true;
  file["added_tokens"].push_back(token);
  return file;
}

TEST(TokenizerJson, TakesAddedTokensOutOfTheText) {
  EXPECT_THAT(covered(with_added_token("special"), "a <m>b"), ElementsAre("a", " ", "<m>", "b"));
}

TEST(TokenizerJson, PrefersTheLongestOfAddedTokensWithACommonPrefix) {
  Json file = with_added_token("special");
  file["added_tokens"].push_back(added_token(258, "<m><m>"));
  EXPECT_THAT(covered(file, "<m><m><m>"), ElementsAre("<m><m>", "<m>"));
}

TEST(TokenizerJson, GivesWhiteSpaceToAddedTokensThatStripIt) {
  EXPECT_THAT(covered(with_added_token("lstrip"), "a \u3000<m> b"),
              ElementsAre("a", " \u3000<m>", " ", "b"));
  EXPECT_THAT(covered(with_added_token("rstrip"), "a <m> \nb"),
              ElementsAre("a", " ", "<m> \n", "b"));
}

TEST(TokenizerJson, FindsASingleWordOnlyBetweenOtherCharacters) {
  const Json file = with_added_token("single_word");
  EXPECT_THAT(covered(file, "<m> <m>."), ElementsAre("<m>", " ", "<m>", "."));
  EXPECT_THAT(covered(file, "\u00e9<m>"), ElementsAre("\xC3", "\xA9", "<", "m", ">"));
  EXPECT_THAT(covered(file, "<m>_"), ElementsAre("<", "m", ">", "_"));
}

TEST(TokenizerJson, FindsNormalizedTokensInTheNormalizedTextAndOthersInTheRawText) {
  Json file = with_added_token("normalized");
  file["normalizer"] = {{"type", "Lowercase"}};
  EXPECT_THAT(covered(file, "<M>"), ElementsAre("<M>"));
  file["added_tokens"][1]["normalized"] = false;
  EXPECT_THAT(covered(file, "<M>"), ElementsAre("<", "M", ">"));
}

TEST(TokenizerJson, EndsAreOffsetsInTheTextBeforeNormalization) {
  Json file = small_tokenizer();
  file["normalizer"] = {{"type", "NFC"}};
  // e + acute becomes the two bytes of é: the first covers nothing, the second all three.
  EXPECT_THAT(covered(file, "xe\u0301y"), ElementsAre("x", "", "e\u0301", "y"));
  file["normalizer"] = {{"type", "Strip"}, {"strip_left", true}, {"strip_right", true}};
  EXPECT_THAT(covered(file, "  ab  "), ElementsAre("  a", "b  "));
}

TEST(TokenizerJson, DecodesToTheNormalizedText) {
  Json file = small_tokenizer();
  const auto normal = [&](const Json& normalizer, const std::string& text) {
    file["normalizer"] = normalizer;
    const auto tokenizer = parse_tokenizer(file.dump(), "small");
    return tokenizer->decode(encoded(*tokenizer, text));
  };
  // Expected: the Unicode normalization charts.
  EXPECT_EQ(normal({{"type", "NFC"}}, "a\u030A \u212B \u1100\u1161\u11A8 q\u0307\u0323"),
            "\u00E5 \u00C5 \uAC01 q\u0323\u0307");
  EXPECT_EQ(normal({{"type", "NFD"}}, "\u00E5\uAC01"), "a\u030A\u1100\u1161\u11A8");
  EXPECT_EQ(normal({{"type", "NFKC"}}, "\uFB01 \u2460\uFF76\uFF9E"), "fi 1\u30AC");
  EXPECT_EQ(normal({{"type", "NFKD"}}, "\uFB01\u00E5"), "fia\u030A");
  EXPECT_EQ(normal({{"type", "Lowercase"}}, "\u00C5B\u0130"), "\u00E5bi\u0307");
  EXPECT_EQ(normal({{"type", "Prepend"}, {"prepend", "_"}}, "ab"), "_ab");
  EXPECT_EQ(
      normal({{"type", "Replace"}, {"pattern", {{"Regex", " +"}}}, {"content", "-"}}, "a  b c"),
      "a-b-c");
  const auto replaced = [&](const char* pattern, const char* text) {
    return normal({{"type", "Replace"}, {"pattern", {{"Regex", pattern}}}, {"content", "_"}}, text);
  };
  // Expected: Hugging Face `tokenizers` 0.23.3.
  EXPECT_EQ(replaced("(?=b)", "abab"), "a_ba_b");
  EXPECT_EQ(replaced("x*", "axxb"), "_a_b_");
  EXPECT_EQ(replaced("$", "ab"), "ab_");
  const Json strip{{"type", "Strip"}, {"strip_left", true}, {"strip_right", false}};
  EXPECT_EQ(
      normal({{"type", "Sequence"}, {"normalizers", {{{"type", "NFKC"}}, strip}}}, "\u3000a "),
      "a ");
}

/// The words that a pre-tokenizer makes of the text: with ignore_merges and a vocabulary of all
/// substrings, each word becomes one token.
std::vector<std::string> words(const Json& pre_tokenizer, const std::string& text) {
  Json file = small_tokenizer();
  file["pre_tokenizer"] = {
      {"type", "Sequence"},
      {"pretokenizers",
       {pre_tokenizer,
        {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}}}};
  file["model"]["ignore_merges"] = true;
  // Every substring is a token; printable ASCII is the same in the byte alphabet.
  TokenId id = 257;
  for (std::size_t begin = 0; begin < text.size(); ++begin) {
    for (std::size_t size = 2; begin + size <= text.size(); ++size) {
      file["model"]["vocab"].emplace(text.substr(begin, size), id);
      ++id;
    }
  }
  return covered(file, text);
}

TEST(TokenizerJson, SplitsByEachBehavior) {
  const auto split = [](const char* behavior, bool invert = false) {
    return Json{{"type", "Split"},
                {"pattern", {{"String", "-"}}},
                {"behavior", behavior},
                {"invert", invert}};
  };
  // Expected: the documentation of Hugging Face `tokenizers`, "the-final--countdown".
  const std::string text = "the-final--countdown";
  EXPECT_THAT(words(split("Isolated"), text),
              ElementsAre("the", "-", "final", "-", "-", "countdown"));
  EXPECT_THAT(words(split("MergedWithPrevious"), text),
              ElementsAre("the-", "final-", "-", "countdown"));
  EXPECT_THAT(words(split("MergedWithNext"), text),
              ElementsAre("the", "-final", "-", "-countdown"));
  EXPECT_THAT(words(split("Contiguous"), text),
              ElementsAre("the", "-", "final", "--", "countdown"));
  EXPECT_THAT(words(split("Removed", true), text), ElementsAre("the-", "final-", "-countdown"));
}

/// Behavior, whether inverted, and the words.
using EmptyMatches = std::tuple<const char*, bool, std::vector<std::string>>;

// Expected: Hugging Face `tokenizers` 0.23.3, Split(Regex("x*"), behavior, invert) on "axxb".
TEST(TokenizerJson, SplitsAtEmptyMatchesToo) {
  const std::vector<EmptyMatches> table{
      {"Isolated", false, {"a", "xx", "b"}},       {"Isolated", true, {"a", "xx", "b"}},
      {"MergedWithPrevious", false, {"axx", "b"}}, {"MergedWithPrevious", true, {"a", "xxb"}},
      {"MergedWithNext", false, {"a", "xxb"}},     {"MergedWithNext", true, {"axx", "b"}},
      {"Contiguous", false, {"a", "xx", "b"}},     {"Contiguous", true, {"a", "xx", "b"}}};
  for (const auto& [behavior, invert, expected] : table) {
    const Json split{{"type", "Split"},
                     {"pattern", {{"Regex", "x*"}}},
                     {"behavior", behavior},
                     {"invert", invert}};
    EXPECT_EQ(words(split, "axxb"), expected) << behavior << invert;
  }
  const Json thousands{{"type", "Split"},
                       {"pattern", {{"Regex", R"((?=(\d{3})+(?!\d)))"}}},
                       {"behavior", "Isolated"}};
  EXPECT_THAT(words(thousands, "a1234567b"), ElementsAre("a1", "234", "567b"));
}

TEST(TokenizerJson, SplitsDigitsAndPunctuation) {
  EXPECT_THAT(words({{"type", "Digits"}, {"individual_digits", true}}, "ab12c"),
              ElementsAre("ab", "1", "2", "c"));
  EXPECT_THAT(words({{"type", "Digits"}, {"individual_digits", false}}, "ab12c"),
              ElementsAre("ab", "12", "c"));
  EXPECT_THAT(words({{"type", "Punctuation"}, {"behavior", "Contiguous"}}, "ab,.c$"),
              ElementsAre("ab", ",.", "c", "$"));
}

TEST(TokenizerJson, PrependsASpaceIfByteLevelSaysSo) {
  Json file = small_tokenizer();
  file["pre_tokenizer"]["add_prefix_space"] = true;
  const auto tokenizer = parse_tokenizer(file.dump(), "small");
  EXPECT_EQ(tokenizer->decode(encoded(*tokenizer, "ab")), " ab");
  EXPECT_EQ(tokenizer->decode(encoded(*tokenizer, " ab")), " ab");
}

/// In the style of Llama 2: U+2581 represents a space, and unknown characters fall back to bytes.
Json llama2_style_tokenizer() {
  Json file = small_tokenizer();
  Json vocabulary{{"<unk>", 0}, {"<s>", 1}, {"</s>", 2}};
  for (TokenId byte = 0; byte < 256; ++byte) {
    const char* digits = "0123456789ABCDEF";
    vocabulary[std::string("<0x") + digits[byte / 16] + digits[byte % 16] + ">"] = 3 + byte;
  }
  for (const char* token : {"\u2581", "a", "b", "\u2581a", "ab", "\u2581ab"}) {
    vocabulary.emplace(token, vocabulary.size());
  }
  file["model"] = {{"type", "BPE"},       {"byte_fallback", true},
                   {"fuse_unk", true},    {"unk_token", "<unk>"},
                   {"vocab", vocabulary}, {"merges", {"\u2581 a", "a b", "\u2581 ab"}}};
  file["added_tokens"] = {added_token(1, "<s>"), added_token(2, "</s>")};
  for (Json& token : file["added_tokens"]) token["special"] = true;
  file["normalizer"] = {
      {"type", "Sequence"},
      {"normalizers",
       {{{"type", "Prepend"}, {"prepend", "\u2581"}},
        {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", "\u2581"}}}}};
  file["pre_tokenizer"] = nullptr;
  file["post_processor"] = {{"type", "TemplateProcessing"},
                            {"single",
                             {{{"SpecialToken", {{"id", "<s>"}, {"type_id", 0}}}},
                              {{"Sequence", {{"id", "A"}, {"type_id", 0}}}}}}};
  file["decoder"] = {{"type", "Sequence"},
                     {"decoders",
                      {{{"type", "Replace"}, {"pattern", {{"String", "\u2581"}}}, {"content", " "}},
                       {{"type", "ByteFallback"}},
                       {{"type", "Fuse"}},
                       {{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}}}}};
  return file;
}

TEST(TokenizerJson, ReadsATokenizerInTheStyleOfLlama2) {
  const auto tokenizer = parse_tokenizer(llama2_style_tokenizer().dump(), "small");
  EXPECT_EQ(tokenizer->bos_id(), 1);
  EXPECT_EQ(tokenizer->eos_id(), 2);
  EXPECT_EQ(tokenizer->prepended_token(), 1);
  EXPECT_EQ(tokenizer->vocab_size(), 265);
  // "▁a" merges first, so no merge gives "▁ab": "▁a", "b"; "c" is a byte.
  EXPECT_THAT(encoded(*tokenizer, "ab c"), ElementsAre(262, 261, 259, 3 + 'c'));
  EXPECT_THAT(covered(*tokenizer, "ab c"), ElementsAre("a", "b", " ", "c"));
  for (const std::string text : {"ab c", " ab", "\xE2\x82\xAC", "a\xFF"}) {
    EXPECT_EQ(tokenizer->decode(encoded(*tokenizer, text)), text);
  }
}

// As in Hugging Face `tokenizers`: a character falls back to bytes if all of its bytes have tokens.
TEST(TokenizerJson, FallsBackToBytesIfAllOfThemHaveTokens) {
  Json file = llama2_style_tokenizer();
  file["model"]["vocab"].erase("<0xFF>");
  file["model"]["vocab"]["<0xFE>"] = 258;  // keeps the ids contiguous
  file["model"]["vocab"].erase("<0xE2>");
  file["model"]["vocab"]["x"] = 3 + 0xE2;
  const auto tokenizer = parse_tokenizer(file.dump(), "small");
  EXPECT_THAT(encoded(*tokenizer, "c\u00E9\u20AC"),
              ElementsAre(259, 3 + 'c', 3 + 0xC3, 3 + 0xA9, 0));
}

TEST(TokenizerJson, FusesUnknownCharactersOnlyWhereTheFileSaysSo) {
  Json file = llama2_style_tokenizer();
  file["model"]["byte_fallback"] = false;
  for (const bool fuses : {true, false}) {
    file["model"]["fuse_unk"] = fuses;
    const auto tokenizer = parse_tokenizer(file.dump(), "small");
    if (fuses) {
      EXPECT_THAT(encoded(*tokenizer, "ac\u20ACb"), ElementsAre(262, 0, 261));
      EXPECT_THAT(covered(*tokenizer, "ac\u20ACb"), ElementsAre("a", "c\u20AC", "b"));
    } else {
      EXPECT_THAT(encoded(*tokenizer, "ac\u20ACb"), ElementsAre(262, 0, 0, 261));
      EXPECT_THAT(covered(*tokenizer, "ac\u20ACb"), ElementsAre("a", "c", "\u20AC", "b"));
    }
  }
}

// Words of up to 64 bytes are merged in another way than longer ones.
TEST(TokenizerJson, OfEqualPairsMergesTheLeftmostInShortAndLongWords) {
  Json file = small_tokenizer();
  file["model"]["vocab"]["aa"] = 257;
  file["model"]["merges"] = Json::array({"a a"});
  for (const std::size_t num_bytes : {63u, 65u, 1001u}) {
    std::vector<std::string> expected(num_bytes / 2, "aa");
    expected.emplace_back("a");
    EXPECT_EQ(covered(file, std::string(num_bytes, 'a')), expected) << num_bytes;
  }
}

TEST(TokenizerJson, CutsSpelledTextsBeforeSpaces) {
  Json metaspace = llama2_style_tokenizer();
  metaspace["normalizer"] = nullptr;
  metaspace["pre_tokenizer"] = {
      {"type", "Metaspace"}, {"replacement", "\u2581"}, {"prepend_scheme", "first"}};
  const std::string text = "ab a  ab </s> a\u2581 b ab";
  for (const Json& file : {llama2_style_tokenizer(), metaspace}) {
    const auto tokenizer = parse_tokenizer(file.dump(), "small");
    for (std::size_t at = 1; at < text.size(); ++at) {
      const std::size_t cut = tokenizer->cut_near(text, at);
      std::vector<TokenId> parts = encoded(*tokenizer, text.substr(0, cut));
      tokenizer->encode_rest(std::string_view(text).substr(cut), parts);
      EXPECT_EQ(parts, encoded(*tokenizer, text)) << cut;
    }
    EXPECT_EQ(tokenizer->cut_near(text, 1), 2u);
    EXPECT_EQ(tokenizer->cut_near(text, 3), 4u);
    EXPECT_EQ(tokenizer->cut_near(text, 5), 8u);  // not inside a run
  }
}

TEST(TokenizerJson, CutsLinesWithoutSpacesBetweenThem) {
  const auto tokenizer = parse_tokenizer(small_tokenizer().dump(), "small");
  const std::string text = "\u4E2D\u3002\n\u6587. \n\u6587\n";
  EXPECT_EQ(tokenizer->cut_near(text, 1), 7u);
  EXPECT_EQ(tokenizer->cut_near(text, 8), 11u);  // before the space
  EXPECT_EQ(tokenizer->cut_near(text, 12), 16u);
}

TEST(TokenizerJson, MergesAcrossSpacesIfTheVocabularyDoes) {
  Json file = llama2_style_tokenizer();
  EXPECT_THAT(encoded(*parse_tokenizer(file.dump(), "small"), "ab a"), ElementsAre(262, 261, 262));
  file["model"]["vocab"]["b\u2581"] = 265;
  file["model"]["merges"].insert(file["model"]["merges"].begin(), "b \u2581");
  EXPECT_THAT(encoded(*parse_tokenizer(file.dump(), "small"), "ab a"), ElementsAre(262, 265, 260));
}

TEST(TokenizerJson, ReadsMetaspace) {
  Json file = llama2_style_tokenizer();
  file["normalizer"] = nullptr;
  file["pre_tokenizer"] = {{"type", "Metaspace"},
                           {"replacement", "\u2581"},
                           {"prepend_scheme", "first"},
                           {"split", false}};
  const auto tokenizer = parse_tokenizer(file.dump(), "small");
  EXPECT_THAT(encoded(*tokenizer, "a</s>a"), ElementsAre(262, 2, 260));
  file["pre_tokenizer"]["prepend_scheme"] = "always";
  const auto always = parse_tokenizer(file.dump(), "small");
  EXPECT_THAT(encoded(*always, "a</s>a"), ElementsAre(262, 2, 262));
}

TEST(TokenizerJson, TakesSpecialTokensFromTheFilesNextToIt) {
  const TemporaryFolder folder;
  Json file = small_tokenizer();
  file["added_tokens"].push_back(added_token(257, "<stop>"));
  file["added_tokens"].push_back(added_token(258, "<go>"));
  std::ofstream(folder.path() / "tokenizer.json") << file;
  const std::string plain = make_tokenizer(folder.path().string())->hash();
  std::ofstream(folder.path() / "special_tokens_map.json")
      << R"({"eos_token": {"content": "<stop>"}, "bos_token": "<go>"})";
  const auto tokenizer = make_tokenizer(folder.path().string());
  EXPECT_EQ(tokenizer->eos_id(), 257);
  EXPECT_EQ(tokenizer->bos_id(), 258);
  EXPECT_EQ(tokenizer->prepended_token(), std::nullopt);
  EXPECT_NE(tokenizer->hash(), plain);
  std::ofstream(folder.path() / "tokenizer_config.json") << R"({"eos_token": "<none>"})";
  EXPECT_THAT(error_text([&] { make_tokenizer(folder.path().string()); }),
              testing::EndsWith("eos_token is \"<none>\", which is not in the vocabulary"));
}

/// The tokenizer of a file with this tokenizer_config.json next to it.
std::unique_ptr<Tokenizer> with_config(const Json& file, const Json& config) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "tokenizer.json") << file;
  std::ofstream(folder.path() / "tokenizer_config.json") << config;
  return make_tokenizer(folder.path().string());
}

TEST(TokenizerJson, WithoutABosTokenEosTakesItsPlace) {
  Json file = llama2_style_tokenizer();
  file["post_processor"] = nullptr;
  EXPECT_EQ(with_config(file, {{"eos_token", "</s>"}})->bos_id(), 1);
  EXPECT_EQ(with_config(file, {{"eos_token", "</s>"}, {"bos_token", nullptr}})->bos_id(), 2);
  const Json empty_object{{"content", nullptr}};
  EXPECT_EQ(with_config(file, {{"eos_token", "</s>"}, {"bos_token", empty_object}})->bos_id(), 2);
}

TEST(TokenizerJson, OrdinaryVocabularyEntriesAreNotTakenForSpecialTokens) {
  Json file = small_tokenizer();
  file["model"]["vocab"]["<s>"] = 257;
  EXPECT_EQ(parse_tokenizer(file.dump(), "small")->bos_id(), 0);
  EXPECT_EQ(with_config(file, {{"bos_token", "<s>"}})->bos_id(), 257);
  file["added_tokens"].push_back(added_token(257, "<s>"));  // not a special one
  EXPECT_EQ(parse_tokenizer(file.dump(), "small")->bos_id(), 0);
  file["added_tokens"][1]["special"] = true;
  EXPECT_EQ(parse_tokenizer(file.dump(), "small")->bos_id(), 257);
}

// The decoded text of a token is not its name: "\u2581s" decodes to " s".
TEST(TokenizerJson, NamedTokensAreFoundByTheirSpelling) {
  Json file = llama2_style_tokenizer();
  file["post_processor"] = nullptr;
  EXPECT_EQ(with_config(file, {{"bos_token", "\u2581a"}})->bos_id(), 262);
  EXPECT_THAT(error_text([&] {
                with_config(file, {{"bos_token", " a"}});
              }),
              testing::EndsWith("bos_token is \" a\", which is not in the vocabulary"));
}

TEST(TokenizerJson, NamesWhatItDoesNotSupport) {
  const auto with = [](const char* part, const Json& value) {
    Json file = small_tokenizer();
    file[part] = value;
    return message(file);
  };
  EXPECT_THAT(with("model", {{"type", "Unigram"}}),
              testing::StartsWith("small: model: type Unigram is not supported"));
  EXPECT_THAT(with("normalizer", {{"type", "Precompiled"}}),
              testing::StartsWith("small: normalizer: type Precompiled is not supported"));
  EXPECT_THAT(with("pre_tokenizer", {{"type", "Whitespace"}}),
              testing::StartsWith("small: pre_tokenizer: type Whitespace is not supported"));
  EXPECT_THAT(with("post_processor", {{"type", "BertProcessing"}}),
              testing::StartsWith("small: post_processor: type BertProcessing is not supported"));
  const Json end{{"SpecialToken", {{"id", "<|endoftext|>"}, {"type_id", 0}}}};
  const Json text{{"Sequence", {{"id", "A"}, {"type_id", 0}}}};
  EXPECT_EQ(with("post_processor", {{"type", "TemplateProcessing"}, {"single", {text, end}}}),
            "small: post_processor: a token after the text is not supported");
  Json file = small_tokenizer();
  file["model"]["dropout"] = 0.1;
  EXPECT_EQ(message(file), "small: model: dropout is not supported");
}

TEST(TokenizerJson, RefusesPatternsWithAnotherMeaning) {
  const auto pattern = [](const std::string& regex) {
    Json file = small_tokenizer();
    file["pre_tokenizer"] = {
        {"type", "Split"}, {"pattern", {{"Regex", regex}}}, {"behavior", "Isolated"}};
    return message(file);
  };
  for (const char* regex :
       {"\\h", "[a[b]]", "[a&&b]", "a{2}+", "(?m:a)", "(*UTF)", "a{,2}", "\\xFF", "a(?i)b"}) {
    EXPECT_THAT(pattern(regex), testing::EndsWith("is not supported")) << regex;
  }
  EXPECT_THAT(pattern("(a"), testing::StartsWith("small: pre_tokenizer: pattern \"(a\": missing"));
}

TEST(TokenizerJson, ReportsDamage) {
  EXPECT_THAT(error_text([] { parse_tokenizer("{\"model\": ", "small"); }),
              testing::StartsWith("small: not JSON: "));
  Json file = small_tokenizer();
  file["model"]["merges"].push_back("q zz");
  EXPECT_EQ(message(file),
            "small: model.merges: merge 1 needs the token \"zz\", which is not in the vocabulary");
  file = small_tokenizer();
  file["model"]["merges"].push_back("one");
  EXPECT_EQ(
      message(file),
      "small: model.merges: a merge must be two tokens separated by a space, or a list of two "
      "tokens");
  file = small_tokenizer();
  file["model"]["vocab"].erase("a");
  EXPECT_EQ(message(file), "small: model.vocab: the token for byte 0x61 is missing");
  file["model"]["vocab"]["a"] = 66;
  EXPECT_EQ(message(file), "small: model.vocab: \"b\" has id 66, which another token has too");
  file = small_tokenizer();
  file["added_tokens"] = Json::array();
  file["model"]["vocab"].erase("<|endoftext|>");
  EXPECT_EQ(message(file),
            "small: no EOS token; add \"eos_token\" to a tokenizer_config.json in the same folder");
  file = small_tokenizer();
  file["added_tokens"].push_back(added_token(300, "<x>"));
  EXPECT_EQ(message(file), "small: added_tokens: \"<x>\" has id 300; expected 257");
  file = small_tokenizer();
  file["added_tokens"].push_back({{"id", 2'000'000'000}, {"content", "<x>"}});
  EXPECT_THAT(message(file),
              testing::HasSubstr(": id: got 2000000000; expected an integer from 0 to "
                                 "16777215"));
  EXPECT_THAT(error_text([] { parse_tokenizer("{\"model\": 1e999}", "small"); }),
              testing::StartsWith("small: not JSON: "));
  EXPECT_THAT(error_text([] { parse_tokenizer(std::string(100, '['), "small"); }),
              testing::StartsWith("small: nested deeper than 64"));
}

TEST(TokenizerJson, RefusesToDecodeAnIdWithoutAToken) {
  const auto tokenizer = parse_tokenizer(small_tokenizer().dump(), "small");
  EXPECT_EQ(error_text([&] { tokenizer->decode(std::vector<TokenId>{257}); }),
            "tokenizer small: token 257 is not in the vocabulary of 257");
}

}  // namespace
}  // namespace lamina
