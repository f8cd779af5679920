#pragma once
#include <cstdint>
#include <string>

namespace lamina {

/// Numbers in human-readable form: 1234567 -> "1.23 M"; bytes in powers of 1024: "1.20 GiB";
/// seconds as "45 s", "3:07" (minutes) or "2:04:11" (hours).
std::string readable_count(double count);
std::string readable_bytes(double bytes);
std::string readable_seconds(double seconds);

/// With `decimals` digits after the point: 14.25 -> "14.25". From a million on, which only diverged
/// runs reach, with three significant digits: "4.85e+21". Never "-0".
std::string measured_number(double value, int decimals);

/// With thousands separators: 1234567 -> "1,234,567".
std::string grouped(std::int64_t number);

}  // namespace lamina
