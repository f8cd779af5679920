#include "lamina/text/tokenizer.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "lamina/text/bpe_trainer.h"

namespace lamina {

void fuzz_tokenizer(std::string_view input);
std::vector<std::string> seeds_tokenizer();

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) std::abort();
  return text.replace(at, from.size(), to);
}

std::string trained_json() {
  const DocumentSource documents = [](const auto& visit) {
    visit("the cat's 12 hats, the dog's   hats;\n\nthe 1234 cats --- that's that \u00E9\u4E2D");
  };
  return train_bpe(documents, {.vocab_size = 290, .num_threads = 1});
}

/// One tokenizer for each kind of pre-tokenizer, and one with a normalizer.
std::vector<std::unique_ptr<Tokenizer>> make_tokenizers() {
  const std::string plain = trained_json();
  const std::string space = replaced(
      plain, "\"added_tokens\": [",
      R"("added_tokens": [{"id": 270, "content": "  ", "lstrip": false, "normalized": true},
         {"id": 271, "content": "<m>", "lstrip": true, "rstrip": true, "normalized": false},)");
  const std::string split = replaced(
      plain, R"("pre_tokenizer": {)",
      R"("pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Split", "behavior":
         "Removed", "invert": true, "pattern": {"Regex":
         "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}},
         {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}, "unused": {)");
  const std::string llama =
      R"({"model": {"type": "BPE", "vocab": {"<unk>": 0, "</s>": 1, "\u2581": 2,
      "a": 3, "b": 4, "\u2581a": 5, "ab": 6}, "merges": ["\u2581 a", "a b"], "unk_token": "<unk>"},
      "added_tokens": [{"id": 1, "content": "</s>", "special": true}], "normalizer":
      {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "\u2581"},
      {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]}})";
  std::vector<std::unique_ptr<Tokenizer>> tokenizers;
  for (const std::string& json :
       {plain, split, space, llama,
        replaced(space, "\"normalizer\": null", R"("normalizer": {"type": "NFC"})")}) {
    tokenizers.push_back(parse_tokenizer(json, "fuzzed"));
  }
  return tokenizers;
}

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

void check(const Tokenizer& tokenizer, std::string_view text, bool round_trip) {
  std::vector<TokenId> ids, again, parts;
  std::vector<std::size_t> ends;
  tokenizer.encode(text, ids);
  tokenizer.encode(text, again, ends);
  require(ids == again, "both calls give the same ids");
  require(ends.size() == ids.size() && (text.empty() || ends.back() == text.size()),
          "ends cover the text");
  std::size_t before = 0;
  for (const std::size_t end : ends) {
    require(end >= before, "ends never decrease");
    before = end;
  }
  const std::string decoded = tokenizer.decode(ids);
  const bool has_eos = text.find("<|endoftext|>") != std::string_view::npos;
  require(!round_trip || has_eos || decoded == text, "decoding gives the text");
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t cut = tokenizer.cut_near(rest, 5);
    require(cut > 0 && cut <= rest.size(), "a cut is in the text");
    if (rest.size() == text.size()) {
      tokenizer.encode(rest.substr(0, cut), parts);
    } else {
      tokenizer.encode_rest(rest.substr(0, cut), parts);
    }
    rest.remove_prefix(cut);
  }
  require(parts == ids, "the parts of a cut text have the ids of the whole");
}

}  // namespace

/// Any bytes can be encoded, decode to the same bytes, and can be cut where the tokenizer says.
void fuzz_tokenizer(std::string_view input) {
  static const auto tokenizers = make_tokenizers();
  check(*tokenizers[0], input, true);
  check(*tokenizers[1], input, true);
  for (const auto& tokenizer : tokenizers) check(*tokenizer, input, false);
}

std::vector<std::string> seeds_tokenizer() {
  return {"The cat's  hats\n\n 1234", "e\u0301\u4E2D \U0001F680\xFF\xC3", "<|endoftext|> <m>  \r\n",
          std::string("\0\x85 '\xE1\xA0\x8E", 8)};
}

}  // namespace lamina
