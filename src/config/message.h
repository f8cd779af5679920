#pragma once
#include <span>
#include <string>
#include <string_view>

#include "lamina/config/node.h"

namespace lamina {

/// Throws UsageError "place: message".
[[noreturn]] void fail(const Place& place, std::string_view message);

/// Fit for one line of a message: control bytes and invalid UTF-8 become escapes, and what is past
/// 80 bytes becomes "...".
std::string one_line(std::string_view text);

/// What was written: "\"fast\"", "the text \"3\"" (of a scalar in quotes), "a list", "a map",
/// "nothing".
std::string got_text(const Node& node);

/// The same where text is expected, in quotes or not: "\"fast\"".
std::string got_text_for_text(const Node& node);

/// The name that was probably meant: the nearest in Damerau-Levenshtein distance, whatever the
/// case, if that is near enough; else "".
std::string_view nearest_name(std::string_view name, std::span<const std::string_view> names);

}  // namespace lamina
