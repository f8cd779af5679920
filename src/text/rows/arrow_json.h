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

/// The innermost type of a column that has no JSON equivalent ("timestamp[ns]"); "" if all have
/// one. Binary columns count as text, since writers without a string type store text as binary.
std::string type_without_json(const arrow::DataType& type);

/// Value i of an array that has passed ValidateFull and whose type has a JSON equivalent. Lists
/// become arrays, maps arrays of {"key", "value"}, structs objects, and dictionary indices their
/// values.
/// Throws Error, with only a reason, on text that is not UTF-8.
Json value_json(const arrow::Array& array, std::int64_t i);

/// Whether text_value can read arrays of the type.
bool is_text_type(const arrow::DataType& type);

/// The bytes of text i, without a UTF-8 check, valid as long as the array; nothing if it is null.
std::optional<std::string_view> text_value(const arrow::Array& array, std::int64_t i);

}  // namespace lamina
