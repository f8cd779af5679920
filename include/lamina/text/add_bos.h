#pragma once
#include <array>
#include <string_view>
#include <vector>

#include "lamina/core/setting.h"
#include "lamina/text/tokenizer.h"

namespace lamina {

/// Whether a BOS token is prepended to a text: if the tokenizer's own rules prepend one (kAuto),
/// always, or never. The same choice as add_bos_token of lm-evaluation-harness.
enum class AddBos { kAuto, kAlways, kNever };

template <>
struct EnumNames<AddBos> {
  static constexpr std::array names{"auto", "always", "never"};
};

/// The ids of a text as a model reads them. kAuto prepends tokenizer.prepended_token(), if there is
/// one; kAlways prepends that token, or tokenizer.bos_id() if there is none; kNever prepends
/// nothing. A text whose first token already is that token gets no second one. Throws what
/// Tokenizer::encode throws.
std::vector<TokenId> encode_with_bos(const Tokenizer& tokenizer, std::string_view text,
                                     AddBos add_bos);

}  // namespace lamina
