#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "added_tokens.h"
#include "bpe/bpe_model.h"
#include "tokenizer_fields.h"

namespace lamina {

/// An entry of "added_tokens" with its flags.
struct AddedTokenEntry {
  AddedToken token;
  bool normalized = true;  // found in the normalized text, not in the raw text
  bool special = false;    // may be found by a well-known name (special_tokens.h)
};

/// The contents of a tokenizer.json.
struct TokenizerFile {
  BpeFile model;
  std::vector<AddedTokenEntry> added_tokens;
  FileJson parts;  // the rest: normalizer, pre_tokenizer, post_processor, decoder
};

/// Parses the text of a tokenizer.json; `where` begins every message. Leaves model.byte_level to
/// the caller. Throws Error with the line or component that is damaged or not supported.
TokenizerFile read_tokenizer_file(std::string_view json, const std::string& where);

}  // namespace lamina
