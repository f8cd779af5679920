#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "lamina/eval/request.h"
#include "lamina/text/add_bos.h"
#include "lamina/text/tokenizer.h"

namespace lamina {

/// A request as a model reads it: at most one token more than the model's positions. The last
/// `num_scored` are scored, each given those before it; at least one is not.
struct TokenRequest {
  std::vector<TokenId> tokens;
  std::int64_t num_scored = 0;
};

/// Turns strings into tokens by lm-evaluation-harness's rules (TemplateLM of a causal model).
class RequestEncoder {
 public:
  /// `max_length`: positions of the model. Keeps a reference to the tokenizer.
  RequestEncoder(const Tokenizer& tokenizer, std::int64_t max_length, AddBos add_bos);

  /// Whitespace at the context's end goes over to the continuation, both are encoded together, and
  /// the continuation's tokens are those behind as many as the context alone has. What does not fit
  /// is cut from the left. Throws Error where the continuation alone is longer than the model, or
  /// the context is whitespace alone.
  TokenRequest pair(const Request& request) const;

  /// The same of a document's requests; a context that several share is encoded once.
  std::vector<TokenRequest> pairs(std::span<const Request> requests) const;

  /// A text in windows: each token is scored once, with as much before it as fits; the first window
  /// begins with the tokenizer's BOS token. A text without tokens has none.
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
