#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "lamina/core/json_lines.h"
#include "lamina/text/bpe_trainer.h"
#include "lamina/text/tokenizer.h"

namespace lamina {

/// A DocumentSource of these documents.
inline DocumentSource documents_of(const std::vector<std::string>& texts) {
  return [texts](const auto& visit) {
    for (const std::string& text : texts) visit(text);
  };
}

/// A tokenizer.json with EOS (id 0), the bytes (1 to 256) and merges trained on a small text, up to
/// `vocab_size` tokens. Tests modify it.
inline Json small_tokenizer(std::int64_t vocab_size = 257) {
  const std::string text =
      "the cat that sat on the mat, the hat that fits the cat; and that was that";
  return Json::parse(train_bpe(documents_of({text}),
                               {.vocab_size = vocab_size, .min_count = 1, .num_threads = 1}));
}

inline Json added_token(std::int64_t id, const std::string& content) {
  return {{"id", id},        {"content", content},  {"single_word", false}, {"lstrip", false},
          {"rstrip", false}, {"normalized", false}, {"special", false}};
}

inline std::vector<TokenId> encoded(const Tokenizer& tokenizer, std::string_view text) {
  std::vector<TokenId> ids;
  tokenizer.encode(text, ids);
  return ids;
}

/// The part of the text that each token covers, in order.
inline std::vector<std::string> covered(const Tokenizer& tokenizer, std::string_view text) {
  std::vector<TokenId> ids;
  std::vector<std::size_t> ends;
  tokenizer.encode(text, ids, ends);
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end;
  }
  return parts;
}

}  // namespace lamina
