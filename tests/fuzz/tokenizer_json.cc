#include <string>
#include <vector>

#include "lamina/core/error.h"
#include "lamina/text/bpe_trainer.h"
#include "lamina/text/tokenizer.h"

namespace lamina {

void fuzz_tokenizer_json(std::string_view input);
std::vector<std::string> seeds_tokenizer_json();

/// A damaged tokenizer.json throws Error; an accepted one can encode and decode.
void fuzz_tokenizer_json(std::string_view input) {
  constexpr std::string_view kText = "The cat's  hats\n 12 e\u0301 \U0001F680 <m>";
  try {
    const auto tokenizer = parse_tokenizer(input, "fuzzed");
    std::vector<TokenId> ids;
    std::vector<std::size_t> ends;
    tokenizer->encode(kText, ids, ends);
    tokenizer->decode(ids);
    tokenizer->cut_near(kText, 3);
  } catch (const Error&) {
    return;
  }
}

std::vector<std::string> seeds_tokenizer_json() {
  const DocumentSource documents = [](const auto& visit) { visit("the cat the hat"); };
  return {train_bpe(documents, {.vocab_size = 260, .num_threads = 1}),
          R"({"added_tokens": [{"id": 3, "content": "<m>", "lstrip": true, "rstrip": true}],
          "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"},
            {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "_"},
            {"type": "Prepend", "prepend": "_"}, {"type": "Strip"}]},
          "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Metaspace", "replacement": "_", "prepend_scheme": "first", "split": true},
            {"type": "Split", "pattern": {"String": "a"}, "behavior": "MergedWithNext"},
            {"type": "Digits", "individual_digits": true}, {"type": "Punctuation"}]},
          "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "</s>"}}]},
          "decoder": {"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": "_"}, "content": " "},
            {"type": "ByteFallback"}, {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
          "model": {"type": "BPE", "unk_token": "<u>", "fuse_unk": true,
            "vocab": {"<u>": 0, "</s>": 1, "a": 2, "t": 4, "at": 5}, "merges": ["a t"]}})"};
}

}  // namespace lamina
