#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "lamina/text/tokenizer.h"

namespace lamina {

/// The decoded bytes of `ids`. An id without a token becomes U+FFFD instead of an error: a model's
/// vocabulary may be padded to more rows than the tokenizer has tokens.
std::string decode_any(const Tokenizer& tokenizer, std::span<const std::int64_t> ids);

/// The text that `added` appends to the text of `before`: decode(before + added) without its prefix
/// decode(before). This keeps a space between the two, which many tokenizers drop at the start of a
/// text. A character whose bytes are split between `before` and `added` is returned whole. The
/// result is well-formed UTF-8: invalid bytes and a character that `added` leaves incomplete become
/// U+FFFD.
std::string continuation_text(const Tokenizer& tokenizer, std::span<const std::int64_t> before,
                              std::span<const std::int64_t> added);

}  // namespace lamina
