#include "number.h"

#include <spdlog/fmt/fmt.h>

#include <charconv>

namespace lamina {
namespace {

constexpr const char* kLeadingZero = ", which has a leading zero";
constexpr const char* kNotFinite = ", which is not finite";
constexpr const char* kNotWhole = ", which is not a whole number";
constexpr const char* kTooLarge = ", which is too large for 64 bits";
constexpr const char* kTooSmall = ", which is too small for 64 bits";

/// [sign] digits [. digits] [e [sign] digits], cut into its parts.
struct Decimal {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  std::string_view exponent;  ///< with its sign, if '-'
  bool has_point = false;
};

bool take_sign(std::string_view& text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  return negative;
}

std::string_view take_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

std::optional<std::string_view> take_exponent(std::string_view& text) {
  text.remove_prefix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  const std::string_view with_sign = text;
  if (text.starts_with('-')) text.remove_prefix(1);
  if (take_digits(text).empty()) return std::nullopt;
  return with_sign.substr(0, with_sign.size() - text.size());
}

std::optional<Decimal> split_decimal(std::string_view text) {
  Decimal parts;
  parts.negative = take_sign(text);
  parts.whole = take_digits(text);
  parts.has_point = text.starts_with('.');
  if (parts.has_point) {
    text.remove_prefix(1);
    parts.fraction = take_digits(text);
  }
  if (parts.whole.empty() && parts.fraction.empty()) return std::nullopt;
  if (text.starts_with('e') || text.starts_with('E')) {
    const auto exponent = take_exponent(text);
    if (!exponent) return std::nullopt;
    parts.exponent = *exponent;
  }
  if (!text.empty()) return std::nullopt;
  return parts;
}

bool has_leading_zero(const Decimal& parts) {
  return parts.whole.size() > 1 && parts.whole.starts_with('0');
}

bool looks_not_finite(std::string_view text) {
  take_sign(text);
  if (text.starts_with('.')) text.remove_prefix(1);
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(c | 0x20);
  return lower == "nan" || lower == "inf" || lower == "infinity";
}

ParsedNumber<std::int64_t> integer_of(std::string digits, bool negative) {
  if (negative) digits.insert(0, 1, '-');
  std::int64_t value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (result.ec != std::errc()) return {std::nullopt, kTooLarge};
  return {value};
}

/// Exact, without a detour through floating point: the digits are shifted by the exponent.
ParsedNumber<std::int64_t> shifted_integer(const Decimal& parts) {
  std::string digits = std::string(parts.whole) + std::string(parts.fraction);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return {0};
  const std::size_t num_zeros = digits.size() - 1 - digits.find_last_not_of('0');
  digits.resize(digits.size() - num_zeros);
  std::int64_t exponent = 0;
  const char* end = parts.exponent.data() + parts.exponent.size();
  if (std::from_chars(parts.exponent.data(), end, exponent).ec != std::errc() || exponent > 99) {
    return {std::nullopt, parts.exponent.starts_with('-') ? kNotWhole : kTooLarge};
  }
  const auto shift = exponent + static_cast<std::int64_t>(num_zeros) -
                     static_cast<std::int64_t>(parts.fraction.size());
  if (shift < 0) return {std::nullopt, kNotWhole};
  return integer_of(digits + std::string(static_cast<std::size_t>(shift), '0'), parts.negative);
}

}  // namespace

ParsedNumber<std::int64_t> parse_integer(std::string_view text) {
  const auto parts = split_decimal(text);
  if (!parts) return {std::nullopt, looks_not_finite(text) ? kNotFinite : ""};
  if (has_leading_zero(*parts)) return {std::nullopt, kLeadingZero};
  if (!parts->exponent.empty()) return shifted_integer(*parts);
  if (parts->has_point) return {std::nullopt, ", which is not written as an integer"};
  return integer_of(std::string(parts->whole), parts->negative);
}

ParsedNumber<double> parse_number(std::string_view text) {
  const auto parts = split_decimal(text);
  if (!parts) return {std::nullopt, looks_not_finite(text) ? kNotFinite : ""};
  if (has_leading_zero(*parts)) return {std::nullopt, kLeadingZero};
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc()) return {value};
  return {std::nullopt, parts->exponent.starts_with('-') ? kTooSmall : kTooLarge};
}

std::string number_text(double value) { return fmt::format("{}", value); }

}  // namespace lamina
