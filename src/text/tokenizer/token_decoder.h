#pragma once
#include <string>
#include <string_view>

#include "tokenizer_fields.h"

namespace lamina {

/// What the "decoder" of a tokenizer.json does to tokens that are not spelled in bytes.
class TokenDecoder {
 public:
  /// Throws Error naming what is not supported.
  TokenDecoder(const FileJson& json, const std::string& where);

  /// The text of one token's spelling.
  std::string text_of(std::string_view spelling) const;

  /// Taken off the front of a whole text, once; "" where nothing is.
  const std::string& prefix() const { return prefix_; }

 private:
  void read(const FileJson& json, const std::string& where);
  void read_strip(const TokenizerFields& fields);

  std::string space_;  // becomes `space_text_`
  std::string space_text_;
  std::string prefix_;
};

}  // namespace lamina
