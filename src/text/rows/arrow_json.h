#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lamina/core/json_lines.h"

namespace arrow {
class Array;
class DataType;
}  // namespace arrow

namespace lamina {

/// The innermost type of a column that JSON has no value for ("timestamp[ns]"), or "". Binary
/// columns count as text: writers that know no text type leave text so.
std::string type_without_json(const arrow::DataType& type);

/// One value of an array that ValidateFull has accepted, of a type that JSON has values for: lists
/// and maps (of {"key", "value"}) are arrays, structs are objects, dictionaries what they stand
/// for. Throws Error with a reason on text that is not UTF-8.
Json value_json(const arrow::Array& array, std::int64_t i);

/// Whether text_value reads arrays of the type.
bool is_text_type(const arrow::DataType& type);

/// The bytes of one text, not checked to be UTF-8; none where it is null.
std::optional<std::string_view> text_value(const arrow::Array& array, std::int64_t i);

}  // namespace lamina
