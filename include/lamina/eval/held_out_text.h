#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lamina/text/tokenizer.h"

namespace lamina {

/// A slice of held-out text: its tokens and the exact text that they decode to.
struct HeldOutText {
  std::vector<TokenId> tokens;         ///< documents, each followed by the EOS token
  std::vector<std::string> documents;  ///< their text; the slice may end within the last document
  std::int64_t bytes = 0;              ///< UTF-8 bytes of all documents
  std::int64_t words = 0;              ///< maximal runs of non-whitespace
};

/// Decodes the tokens document by document, so that the counts of bytes and words are exact.
/// Throws Error on an id that the tokenizer cannot decode.
HeldOutText held_out_text(std::vector<TokenId> tokens, const Tokenizer& tokenizer);

}  // namespace lamina
