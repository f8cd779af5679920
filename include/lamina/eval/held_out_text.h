#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lamina/text/tokenizer.h"

namespace lamina {

/// A slice of held-out text as tokens, and the exact text that they stand for.
struct HeldOutText {
  std::vector<TokenId> tokens;         ///< documents, each followed by the EOS token
  std::vector<std::string> documents;  ///< their text; the last may be cut by the slice's end
  std::int64_t bytes = 0;              ///< of all documents
  std::int64_t words = 0;              ///< maximal runs of non-whitespace
};

/// Decodes the tokens document by document, so that bytes and words are those of the text itself
/// and not of an estimate.
HeldOutText held_out_text(std::vector<TokenId> tokens, const Tokenizer& tokenizer);

}  // namespace lamina
