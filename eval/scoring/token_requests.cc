#include "lamina/eval/token_requests.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "lamina/core/error.h"
#include "python/python_text.h"

namespace lamina {
namespace {

using Ids = std::vector<TokenId>;

/// The last tokens of `ids` that fit a model of context length `max_length`, which reads all but
/// the last of them.
TokenRequest last_of(std::span<const TokenId> ids, std::size_t num_scored, std::size_t max_length) {
  const auto read = ids.last(std::min(ids.size(), max_length + 1));
  return {{read.begin(), read.end()}, static_cast<std::int64_t>(num_scored)};
}

}  // namespace

RequestEncoder::RequestEncoder(const Tokenizer& tokenizer, std::int64_t max_length, AddBos add_bos)
    : tokenizer_(tokenizer), max_length_(static_cast<std::size_t>(max_length)), add_bos_(add_bos) {}

Ids RequestEncoder::encode(std::string_view text) const {
  return encode_with_bos(tokenizer_, text, add_bos_);
}

TokenRequest RequestEncoder::pair(const Request& request) const {
  return pair(encode_context(request.context), request);
}

std::vector<TokenRequest> RequestEncoder::pairs(std::span<const Request> requests) const {
  std::vector<TokenRequest> pairs;
  Ids context;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (i == 0 || requests[i].context != requests[i - 1].context) {
      context = encode_context(requests[i].context);
    }
    pairs.push_back(pair(context, requests[i]));
  }
  return pairs;
}

/// The ids of a context without the whitespace at its end; none for an empty context.
Ids RequestEncoder::encode_context(const std::string& context) const {
  if (context.empty()) return {};
  Ids ids = encode(python_rstrip(context));
  if (ids.empty()) throw Error("the context of a request is only whitespace");
  return ids;
}

TokenRequest RequestEncoder::pair(const Ids& context, const Request& request) const {
  Ids ids;
  std::size_t num_context = 1;
  if (request.context.empty()) {
    tokenizer_.encode(request.continuation, ids);
    // If the continuation itself begins with that token, it serves as context and is not scored.
    const TokenId bos_id = tokenizer_.bos_id();
    if (ids.empty() || ids.front() != bos_id) ids.insert(ids.begin(), bos_id);
  } else {
    num_context = context.size();
    ids = encode(request.context + request.continuation);
    // The context tokens are those of the context alone, even if a merge spans its end.
    if (ids.size() > num_context) std::copy(context.begin(), context.end(), ids.begin());
  }
  if (ids.size() <= num_context) {
    throw Error(
        fmt::format("the continuation \"{}\" adds no tokens to its context", request.continuation));
  }
  const std::size_t num_scored = ids.size() - num_context;
  if (num_scored > max_length_) {
    throw Error(
        fmt::format("got a continuation of {} tokens; expected at most {}, the context length of "
                    "the model (data.sequence_length before training)",
                    num_scored, max_length_));
  }
  return last_of(ids, num_scored, max_length_);
}

std::vector<TokenRequest> RequestEncoder::windows(std::string_view text) const {
  Ids ids{tokenizer_.bos_id()};
  const Ids of_text = encode(text);
  ids.insert(ids.end(), of_text.begin(), of_text.end());
  std::vector<TokenRequest> windows;
  for (std::size_t done = 1; done < ids.size();) {
    const std::size_t num_scored = std::min(ids.size() - done, max_length_);
    done += num_scored;
    windows.push_back(last_of(std::span(ids).first(done), num_scored, max_length_));
  }
  return windows;
}

}  // namespace lamina
