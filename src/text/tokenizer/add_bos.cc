#include "lamina/text/add_bos.h"

namespace lamina {
namespace {

std::optional<TokenId> first_token(const Tokenizer& tokenizer, AddBos add_bos) {
  if (add_bos == AddBos::kNever) return std::nullopt;
  const std::optional<TokenId> own = tokenizer.prepended_token();
  return own || add_bos == AddBos::kAuto ? own : tokenizer.bos_id();
}

}  // namespace

std::vector<TokenId> encode_with_bos(const Tokenizer& tokenizer, std::string_view text,
                                     AddBos add_bos) {
  std::vector<TokenId> ids;
  tokenizer.encode(text, ids);
  const std::optional<TokenId> first = first_token(tokenizer, add_bos);
  if (first && (ids.empty() || ids.front() != *first)) ids.insert(ids.begin(), *first);
  return ids;
}

}  // namespace lamina
