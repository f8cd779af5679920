#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "lamina/core/json_lines.h"

namespace lamina {

/// The value at a path of a row: "goal", "choices.text", "choices.0". Throws Error saying which
/// columns there are.
const Json& column_of(const Json& row, std::string_view path);

/// Text with the row's values in place of {path}, of {path|strip} or {path|lstrip} (Python's
/// whitespace). A value is a text or an integer.
std::string render(std::string_view text_template, const Json& row);

/// Each template rendered; one that is "{path[]}" stands for every item of that list.
std::vector<std::string> render_all(const std::vector<std::string>& templates, const Json& row);

}  // namespace lamina
