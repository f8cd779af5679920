#include "lamina/text/tokenizer.h"

#include <spdlog/fmt/fmt.h>

#include "byte_tokenizer.h"
#include "lamina/core/error.h"

namespace lamina {

std::size_t Tokenizer::cut_near(std::string_view text, std::size_t) const { return text.size(); }

std::unique_ptr<Tokenizer> make_tokenizer(const std::string& name_or_path) {
  if (name_or_path == "bytes") return std::make_unique<ByteTokenizer>();
  throw UsageError(fmt::format("tokenizer: got \"{}\", allowed is \"bytes\"", name_or_path));
}

}  // namespace lamina
