#include "lamina/text/continuation.h"

#include "lamina/text/utf8.h"

namespace lamina {
namespace {

bool has_token(const Tokenizer& tokenizer, std::int64_t id) {
  return id >= 0 && id < tokenizer.vocab_size() && tokenizer.has_token(static_cast<TokenId>(id));
}

}  // namespace

std::string decode_any(const Tokenizer& tokenizer, std::span<const std::int64_t> ids) {
  std::string text;
  // All known ids so far are decoded together, since rules for the start of a text apply only
  // there.
  std::vector<TokenId> known;
  std::size_t decoded = 0, shown = 0;  // ids of `known`, and bytes of their text, in `text` already
  const auto show_known = [&] {
    if (decoded == known.size()) return;
    const std::string whole = tokenizer.decode(known);
    text += whole.substr(std::min(shown, whole.size()));
    decoded = known.size();
    shown = whole.size();
  };
  for (const std::int64_t id : ids) {
    if (has_token(tokenizer, id)) {
      known.push_back(static_cast<TokenId>(id));
      continue;
    }
    show_known();
    text += kReplacementCharacter;
  }
  show_known();
  return text;
}

std::string continuation_text(const Tokenizer& tokenizer, std::span<const std::int64_t> before,
                              std::span<const std::int64_t> added) {
  std::vector<std::int64_t> all(before.begin(), before.end());
  all.insert(all.end(), added.begin(), added.end());
  const std::string whole = decode_any(tokenizer, all);
  const std::size_t begin = incomplete_character_start(decode_any(tokenizer, before));
  return replace_invalid_utf8(std::string_view(whole).substr(std::min(begin, whole.size())));
}

}  // namespace lamina
