#pragma once
#include <cstdint>
#include <string>

namespace lamina {

/// Numbers as a person reads them: 1234567 -> "1.23 M"; bytes in powers of 1024: "1.2 GiB";
/// seconds as "45 s", "3:07", "2:04:11".
std::string readable_count(double count);
std::string readable_bytes(double bytes);
std::string readable_seconds(double seconds);

/// With so many decimals: 14.25 -> "14.25"; from a million on, as only diverged runs reach, in
/// three digits: "4.85e+21". Never "-0".
std::string measured_number(double value, int decimals);

/// With thousands separated: 1234567 -> "1,234,567".
std::string grouped(std::int64_t number);

}  // namespace lamina
