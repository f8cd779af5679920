#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "lamina/core/json_lines.h"

namespace lamina {

/// The value at a path of a row: "goal", "choices.text", "choices.0". Throws Error that lists the
/// columns of the row if there is no such value.
const Json& column_of(const Json& row, std::string_view path);

/// Replaces each {path}, {path|strip} and {path|lstrip} (Python's whitespace) by the row's value.
/// Throws Error if a value is missing or is neither text nor an integer.
std::string render(std::string_view text_template, const Json& row);

/// Renders each template. A template "{path[]}" gives one text per item of that list. Throws as
/// `render`, and Error if the value is not a list.
std::vector<std::string> render_all(const std::vector<std::string>& templates, const Json& row);

}  // namespace lamina
