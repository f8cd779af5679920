#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "lamina/text/tokenizer.h"

namespace lamina {

/// The bytes that ids stand for; an id for which the tokenizer has no token (rows of a model's
/// vocabulary behind the tokenizer's last) is U+FFFD.
std::string decode_any(const Tokenizer& tokenizer, std::span<const std::int64_t> ids);

/// The text that `added` puts behind the text of `before`: decode(before + added) less
/// decode(before), so that a space between them is kept, which many tokenizers drop at the
/// beginning of a text. A character that `before` cuts off belongs to `added` whole. What is not
/// UTF-8 after all, as a character that `added` cuts off, is U+FFFD.
std::string continuation_text(const Tokenizer& tokenizer, std::span<const std::int64_t> before,
                              std::span<const std::int64_t> added);

}  // namespace lamina
