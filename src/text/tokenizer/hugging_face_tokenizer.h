#pragma once
#include <optional>

#include "added_tokens.h"
#include "bpe/bpe_model.h"
#include "normalizer.h"
#include "pre_tokenizer.h"
#include "special_tokens.h"
#include "tokenizer_file.h"

namespace lamina {

/// A tokenizer.json of Hugging Face `tokenizers`. The pipeline: search for added tokens in the raw
/// text, normalizer, search for normalized added tokens, pre-tokenizer, byte pair encoding.
class HuggingFaceTokenizer : public Tokenizer {
 public:
  /// `name` begins every message. `named` are the special tokens that files next to the tokenizer
  /// name. Throws Error with the part that is damaged or not supported.
  HuggingFaceTokenizer(std::string_view json, const std::string& name, const NamedTokens& named);

  std::int64_t vocab_size() const override { return std::ssize(texts_); }
  bool has_token(TokenId id) const override {
    return id >= 0 && id < vocab_size() && is_token_[static_cast<std::size_t>(id)];
  }
  TokenId eos_id() const override { return special_.eos; }
  TokenId bos_id() const override { return special_.bos.value_or(special_.eos); }
  std::optional<TokenId> prepended_token() const override { return special_.prepended; }
  std::string name() const override { return name_; }
  std::string hash() const override { return hash_; }
  void encode(std::string_view text, std::vector<TokenId>& out) const override;
  void encode(std::string_view text, std::vector<TokenId>& out,
              std::vector<std::size_t>& ends) const override;
  std::string decode(std::span<const TokenId> ids) const override;
  std::size_t cut_near(std::string_view text, std::size_t at) const override;
  void encode_rest(std::string_view text, std::vector<TokenId>& out) const override;

 private:
  HuggingFaceTokenizer(TokenizerFile file, const std::string& name, const NamedTokens& named);

  AddedTokenSearch search_of(const TokenizerFile& file, bool normalized) const;
  void make_texts(const TokenizerFile& file);
  bool may_cut_at(std::string_view text, std::size_t at) const;
  bool changes(std::string_view character) const;

  /// `start` is the position of the text itself; a piece inside it is at kInside.
  void encode_all(std::string_view text, PiecePosition start, TokenSink sink) const;
  void encode_valid(std::string_view text, TextSpan part, PiecePosition start,
                    TokenSink sink) const;
  void encode_piece(std::string_view text, TextSpan piece, PiecePosition start,
                    TokenSink sink) const;
  void encode_normal(std::string_view text, PiecePosition position, TokenSink sink) const;

  std::string name_;
  std::string hash_;
  std::vector<RewritingStep> normalizer_;
  PreTokenizer pre_tokenizer_;
  BpeModel model_;
  AddedTokenSearch raw_tokens_;
  AddedTokenSearch normal_tokens_;
  std::vector<std::string> texts_;  // by id: the decoded text
  std::vector<bool> is_token_;      // by id
  std::string decoded_prefix_;      // removed from the start of a decoded text
  SpecialTokens special_;
  bool may_cut_ = false;  // see may_cut_at
};

}  // namespace lamina
