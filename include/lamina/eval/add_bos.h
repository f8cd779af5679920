#pragma once
#include <array>

#include "lamina/core/setting.h"

namespace lamina {

/// Whether the beginning-of-sequence token is put in front of every text: as the tokenizer's own
/// rules have it, always, or never (lm-evaluation-harness: add_bos_token).
enum class AddBos { kAuto, kAlways, kNever };

template <>
struct EnumNames<AddBos> {
  static constexpr std::array names{"auto", "always", "never"};
};

}  // namespace lamina
