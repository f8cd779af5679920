#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "lamina/eval/request.h"
#include "lamina/text/add_bos.h"
#include "lamina/text/tokenizer.h"

namespace lamina {

/// The tokens of a request: at most max_length + 1. The last `num_scored` are scored, each given
/// all tokens before it; 0 < num_scored < tokens.size().
struct TokenRequest {
  std::vector<TokenId> tokens;
  std::int64_t num_scored = 0;
};

/// Encodes requests by the rules of lm-evaluation-harness (class TemplateLM, causal models).
/// Immutable: any number of threads may share one.
class RequestEncoder {
 public:
  /// `max_length` is the context length of the model in tokens. Keeps a reference to the tokenizer.
  RequestEncoder(const Tokenizer& tokenizer, std::int64_t max_length, AddBos add_bos);

  /// Whitespace at the end of the context is moved to the continuation, and both are encoded
  /// together. If the context alone has n tokens, all tokens after the first n are scored. Tokens
  /// that do not fit are cut from the left. An empty context becomes the tokenizer's BOS token.
  /// Throws Error if the continuation has no tokens or more than max_length, or if the context is
  /// only whitespace.
  TokenRequest pair(const Request& request) const;

  /// `pair` of each request of a document; a context shared by consecutive requests is encoded
  /// once.
  std::vector<TokenRequest> pairs(std::span<const Request> requests) const;

  /// Windows of a text, for its rolling log-likelihood. Each token is scored in one window; the
  /// last window overlaps the previous one so that it is full. The first window begins with the
  /// tokenizer's BOS token. A text without tokens has no windows.
  std::vector<TokenRequest> windows(std::string_view text) const;

 private:
  std::vector<TokenId> encode(std::string_view text) const;
  std::vector<TokenId> encode_context(const std::string& context) const;
  TokenRequest pair(const std::vector<TokenId>& context, const Request& request) const;

  const Tokenizer& tokenizer_;
  std::size_t max_length_;
  AddBos add_bos_;
};

}  // namespace lamina
