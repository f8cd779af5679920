#include "lamina/eval/held_out_text.h"

#include <algorithm>

#include "lamina/text/words.h"

namespace lamina {

HeldOutText held_out_text(std::vector<TokenId> tokens, const Tokenizer& tokenizer) {
  HeldOutText text;
  const TokenId eos_id = tokenizer.eos_id();
  for (auto begin = tokens.begin(); begin != tokens.end();) {
    const auto end = std::find(begin, tokens.end(), eos_id);
    const std::vector<TokenId> ids(begin, end);
    text.documents.push_back(tokenizer.decode(ids));
    text.bytes += std::ssize(text.documents.back());
    text.words += count_words(text.documents.back());
    begin = end == tokens.end() ? end : end + 1;
  }
  text.tokens = std::move(tokens);
  return text;
}

}  // namespace lamina
