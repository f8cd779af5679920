#pragma once
#include <string>
#include <string_view>

#include "tokenizer_fields.h"

namespace lamina {

/// The "decoder" of a tokenizer.json, for tokens that are not byte-level. Immutable.
class TokenDecoder {
 public:
  /// `where` begins every message. Throws Error with what is not supported; null decodes to the
  /// spellings themselves.
  TokenDecoder(const FileJson& json, const std::string& where);

  /// The text of one token, given its spelling in the vocabulary.
  std::string text_of(std::string_view spelling) const;

  /// Removed once from the start of a whole decoded text; "" if nothing is removed.
  const std::string& prefix() const { return prefix_; }

 private:
  void read(const FileJson& json, const std::string& where);
  void read_strip(const TokenizerFields& fields);

  std::string space_;  // replaced by `space_text_`
  std::string space_text_;
  std::string prefix_;
};

}  // namespace lamina
