#pragma once
#include <string>
#include <string_view>

#include "../../src/text/rows/columnar_file.h"
#include "lamina/core/error.h"

namespace lamina {

/// Reads every row, then every value of the column "text", with a limit of 64 MiB of memory.
inline void read_columnar(ColumnarFormat format, std::string_view input) {
  const ColumnarSource source{format, "input", input, 64 << 20};
  try {
    for_each_columnar_row(source, [](Json&&) {});
  } catch (const Error&) {
  }
  try {
    for_each_columnar_text(source, "text", [](std::optional<std::string_view>) {});
  } catch (const Error&) {
  }
}

}  // namespace lamina
