#include "lamina/core/units.h"

#include <spdlog/fmt/fmt.h>

#include <array>
#include <cmath>

namespace lamina {
namespace {

/// Three significant digits and the largest unit in which the value is at least 1.
template <std::size_t N>
std::string scaled(double value, double base, const std::array<const char*, N>& units) {
  std::size_t unit = 0;
  for (; std::abs(value) >= base && unit + 1 < N; ++unit) value /= base;
  return fmt::format("{:.{}f} {}", value,
                     unit == 0 || value >= 100 ? 0
                     : value >= 10             ? 1
                                               : 2,
                     units[unit]);
}

}  // namespace

std::string readable_count(double count) {
  if (std::abs(count) < 1000) return fmt::format("{:.0f}", count);
  return scaled(count, 1000, std::array{"", "k", "M", "B", "T", "P", "E", "Z"});
}

std::string readable_bytes(double bytes) {
  return scaled(bytes, 1024, std::array{"B", "KiB", "MiB", "GiB", "TiB", "PiB"});
}

std::string readable_seconds(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string measured_number(double value, int decimals) {
  if (std::abs(value) >= 1e6) return fmt::format("{:.3g}", value);
  const std::string text = fmt::format("{:.{}f}", value, decimals);
  const bool is_zero = text.find_first_not_of("-0.") == std::string::npos;
  return is_zero && text.starts_with('-') ? text.substr(1) : text;
}

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

}  // namespace lamina
