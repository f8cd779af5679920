#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "added_tokens.h"
#include "bpe/bpe_model.h"
#include "tokenizer_fields.h"

namespace lamina {

/// An entry of "added_tokens".
struct AddedTokenEntry {
  AddedToken token;
  bool normalized = true;
  bool special = false;
};

/// A tokenizer.json, taken apart.
struct TokenizerFile {
  BpeFile model;
  std::vector<AddedTokenEntry> added_tokens;
  FileJson parts;  // the rest: normalizer, pre_tokenizer, post_processor, decoder
};

/// Reads the text of a tokenizer.json; `where` names it. model.byte_level is left to the caller.
/// Throws Error naming the line or the component that is damaged or not supported.
TokenizerFile read_tokenizer_file(std::string_view json, const std::string& where);

}  // namespace lamina
