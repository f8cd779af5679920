#include "byte_tokenizer.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "lamina/core/error.h"
#include "lamina/core/hash.h"

namespace lamina {

std::string ByteTokenizer::hash() const { return hash_text("bytes: 0-255, end of document 256"); }

void ByteTokenizer::encode(std::string_view text, std::vector<TokenId>& out) const {
  const std::size_t begin = out.size();
  out.resize(begin + text.size());
  std::transform(text.begin(), text.end(), out.begin() + static_cast<std::ptrdiff_t>(begin),
                 [](char byte) { return static_cast<unsigned char>(byte); });
}

void ByteTokenizer::encode(std::string_view text, std::vector<TokenId>& out,
                           std::vector<std::size_t>& ends) const {
  encode(text, out);
  for (std::size_t end = 1; end <= text.size(); ++end) ends.push_back(end);
}

std::string ByteTokenizer::decode(std::span<const TokenId> ids) const {
  std::string text;
  text.reserve(ids.size());
  for (const TokenId id : ids) {
    if (id < 0 || id > eos_id()) {
      throw Error(fmt::format("tokenizer bytes: got token {}; expected 0 to 256", id));
    }
    if (id != eos_id()) text.push_back(static_cast<char>(id));
  }
  return text;
}

std::size_t ByteTokenizer::cut_near(std::string_view text, std::size_t at) const {
  return std::min(at, text.size());
}

}  // namespace lamina
