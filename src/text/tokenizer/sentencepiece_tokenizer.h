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

/// A SentencePiece model, encoded by that library. Control symbols spelled in a text are text, as
/// the library takes them.
class SentencePieceTokenizer : public Tokenizer {
 public:
  /// Throws Error naming a file that is no model, or whose model has no token to end a document.
  SentencePieceTokenizer(const std::filesystem::path& file, const NamedTokens& named);
  ~SentencePieceTokenizer() override;

  std::int64_t vocab_size() const override;
  TokenId eos_id() const override { return special_.eos; }
  TokenId bos_id() const override { return special_.bos.value_or(special_.eos); }
  std::optional<TokenId> prepended_token() const override { return special_.in_front; }
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
  std::array<TokenId, 256> byte_tokens_{};  // the unknown token where the model has none of bytes
  bool puts_space_in_front_ = false;
  SpecialTokens special_;
};

}  // namespace lamina
