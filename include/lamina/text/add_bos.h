#pragma once
#include <array>
#include <string_view>
#include <vector>

#include "lamina/core/setting.h"
#include "lamina/text/tokenizer.h"

namespace lamina {

/// Whether the BOS token is put in front of every text: as the tokenizer's own rules have it,
/// always, or never (lm-evaluation-harness: add_bos_token).
enum class AddBos { kAuto, kAlways, kNever };

template <>
struct EnumNames<AddBos> {
  static constexpr std::array names{"auto", "always", "never"};
};

/// The ids of a text as a model reads them: with kAuto behind the token that the tokenizer's rules
/// put in front, with kAlways behind that or else behind `beginning`. A text that begins with that
/// token itself gets no second one.
std::vector<TokenId> encode_with_bos(const Tokenizer& tokenizer, std::string_view text,
                                     AddBos add_bos);

}  // namespace lamina
