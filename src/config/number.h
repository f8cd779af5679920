#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lamina {

/// A number, or why the text is none: "" or a clause such as ", which has a leading zero".
template <class T>
struct ParsedNumber {
  std::optional<T> value;
  const char* reason = "";
};

/// Decimal digits with an optional sign, or a number in exponent notation that is integral: "30e9",
/// "1.5e3". No leading zeros (is 010 ten or eight?), separators, other bases or units.
ParsedNumber<std::int64_t> parse_integer(std::string_view text);

/// "3", "-0.5", ".5", "3e-4"; finite. No leading zeros, separators, other bases or units.
ParsedNumber<double> parse_number(std::string_view text);

/// The shortest decimal text that reads back equal.
std::string number_text(double value);

}  // namespace lamina
