#pragma once
#include <array>
#include <filesystem>
#include <memory>

#include "lamina/text/tokenizer.h"
#include "special_tokens.h"

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace lamina {

/// A SentencePiece model, encoded by the sentencepiece library. As in the library, the name of a
/// control symbol in a text is ordinary text.
class SentencePieceTokenizer : public Tokenizer {
 public:
  /// Throws Error if the file is not a SentencePiece model or has no EOS token.
  SentencePieceTokenizer(const std::filesystem::path& file, const NamedTokens& named);
  ~SentencePieceTokenizer() override;

  std::int64_t vocab_size() const override;
  TokenId eos_id() const override { return special_.eos; }
  TokenId bos_id() const override { return special_.bos.value_or(special_.eos); }
  std::optional<TokenId> prepended_token() const override { return special_.prepended; }
  std::string name() const override { return name_; }
  std::string hash() const override { return hash_; }
  void encode(std::string_view text, std::vector<TokenId>& out) const override;
  void encode(std::string_view text, std::vector<TokenId>& out,
              std::vector<std::size_t>& ends) const override;
  std::string decode(std::span<const TokenId> ids) const override;

 private:
  std::string text_of(TokenId id) const;
  TokenId token_of_byte(unsigned char byte) const;

  std::string name_;
  std::string hash_;
  std::unique_ptr<sentencepiece::SentencePieceProcessor> processor_;
  std::array<TokenId, 256> byte_tokens_{};  // the unknown token if the model has no byte tokens
  bool prepends_space_ = false;
  SpecialTokens special_;
};

}  // namespace lamina
