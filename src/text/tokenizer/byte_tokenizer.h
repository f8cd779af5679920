#pragma once
#include "lamina/text/tokenizer.h"

namespace lamina {

/// One token per byte: needs no training and no file, and encodes every text. EOS is 256.
class ByteTokenizer : public Tokenizer {
 public:
  std::int64_t vocab_size() const override { return 257; }
  TokenId eos_id() const override { return 256; }
  std::string name() const override { return "bytes"; }
  std::string hash() const override;
  void encode(std::string_view text, std::vector<TokenId>& out) const override;
  void encode(std::string_view text, std::vector<TokenId>& out,
              std::vector<std::size_t>& ends) const override;
  std::string decode(std::span<const TokenId> ids) const override;
  std::size_t cut_near(std::string_view text, std::size_t at) const override;
};

}  // namespace lamina
