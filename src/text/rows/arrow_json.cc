#include "arrow_json.h"

#include <arrow/array.h>
#include <arrow/extension_type.h>
#include <arrow/type.h>
#include <arrow/util/float16.h>
#include <spdlog/fmt/fmt.h>

#include "lamina/core/error.h"
#include "lamina/text/utf8.h"

namespace lamina {
namespace {

template <class ArrayType>
auto number(const arrow::Array& array, std::int64_t i) {
  return static_cast<const ArrayType&>(array).Value(i);
}

template <class ArrayType>
std::string_view bytes(const arrow::Array& array, std::int64_t i) {
  return static_cast<const ArrayType&>(array).GetView(i);
}

std::string_view bytes_value(const arrow::Array& array, std::int64_t i) {
  switch (array.type_id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
      return bytes<arrow::BinaryArray>(array, i);
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY:
      return bytes<arrow::LargeBinaryArray>(array, i);
    default:
      return bytes<arrow::BinaryViewArray>(array, i);
  }
}

Json text_json(std::string_view text) {
  const std::size_t bad = first_invalid_utf8(text);
  if (bad < text.size()) {
    throw Error(fmt::format("not UTF-8: byte 0x{:02X} at offset {}",
                            static_cast<unsigned char>(text[bad]), bad));
  }
  return text;
}

template <class ListType>
Json list_json(const arrow::Array& array, std::int64_t i) {
  const auto& list = static_cast<const ListType&>(array);
  Json items = Json::array();
  const std::int64_t end = list.value_offset(i) + list.value_length(i);
  for (std::int64_t at = list.value_offset(i); at < end; ++at) {
    items.push_back(value_json(*list.values(), at));
  }
  return items;
}

Json struct_json(const arrow::Array& array, std::int64_t i) {
  const auto& values = static_cast<const arrow::StructArray&>(array);
  Json object = Json::object();
  for (int field = 0; field < values.num_fields(); ++field) {
    object[values.struct_type()->field(field)->name()] = value_json(*values.field(field), i);
  }
  return object;
}

Json integer_json(const arrow::Array& array, std::int64_t i) {
  switch (array.type_id()) {
    case arrow::Type::INT8:
      return number<arrow::Int8Array>(array, i);
    case arrow::Type::INT16:
      return number<arrow::Int16Array>(array, i);
    case arrow::Type::INT32:
      return number<arrow::Int32Array>(array, i);
    case arrow::Type::INT64:
      return number<arrow::Int64Array>(array, i);
    case arrow::Type::UINT8:
      return number<arrow::UInt8Array>(array, i);
    case arrow::Type::UINT16:
      return number<arrow::UInt16Array>(array, i);
    case arrow::Type::UINT32:
      return number<arrow::UInt32Array>(array, i);
    default:
      return number<arrow::UInt64Array>(array, i);
  }
}

Json nested_json(const arrow::Array& array, std::int64_t i) {
  switch (array.type_id()) {
    case arrow::Type::LARGE_LIST:
      return list_json<arrow::LargeListArray>(array, i);
    case arrow::Type::FIXED_SIZE_LIST:
      return list_json<arrow::FixedSizeListArray>(array, i);
    case arrow::Type::STRUCT:
      return struct_json(array, i);
    default:
      return list_json<arrow::ListArray>(array, i);
  }
}

const arrow::Array& storage(const arrow::Array& array) {
  return *static_cast<const arrow::ExtensionArray&>(array).storage();
}

}  // namespace

std::string type_without_json(const arrow::DataType& type) {
  using arrow::Type;
  switch (type.id()) {
    case Type::DICTIONARY:
      return type_without_json(*static_cast<const arrow::DictionaryType&>(type).value_type());
    case Type::EXTENSION:
      return type_without_json(*static_cast<const arrow::ExtensionType&>(type).storage_type());
    case Type::LIST:
    case Type::LARGE_LIST:
    case Type::FIXED_SIZE_LIST:
    case Type::MAP:
    case Type::STRUCT:
      for (const auto& field : type.fields()) {
        if (auto name = type_without_json(*field->type()); !name.empty()) return name;
      }
      return "";
    case Type::NA:
    case Type::BOOL:
      return "";
    default:
      const bool known =
          arrow::is_integer(type.id()) || arrow::is_floating(type.id()) || is_text_type(type);
      return known ? "" : type.ToString();
  }
}

Json value_json(const arrow::Array& array, std::int64_t i) {
  using arrow::Type;
  if (array.IsNull(i)) return nullptr;
  const Type::type type = array.type_id();
  switch (type) {
    case Type::DICTIONARY: {
      const auto& coded = static_cast<const arrow::DictionaryArray&>(array);
      return value_json(*coded.dictionary(), coded.GetValueIndex(i));
    }
    case Type::EXTENSION:
      return value_json(storage(array), i);
    case Type::NA:
      return nullptr;
    case Type::BOOL:
      return number<arrow::BooleanArray>(array, i);
    case Type::HALF_FLOAT:
      return arrow::util::Float16::FromBits(number<arrow::HalfFloatArray>(array, i)).ToDouble();
    case Type::FLOAT:
      return number<arrow::FloatArray>(array, i);
    case Type::DOUBLE:
      return number<arrow::DoubleArray>(array, i);
    default:
      if (arrow::is_integer(type)) return integer_json(array, i);
      return is_text_type(*array.type()) ? text_json(bytes_value(array, i)) : nested_json(array, i);
  }
}

bool is_text_type(const arrow::DataType& type) {
  if (type.id() == arrow::Type::DICTIONARY) {
    return is_text_type(*static_cast<const arrow::DictionaryType&>(type).value_type());
  }
  return arrow::is_base_binary_like(type.id()) || arrow::is_binary_view_like(type.id());
}

std::optional<std::string_view> text_value(const arrow::Array& array, std::int64_t i) {
  if (array.IsNull(i)) return std::nullopt;
  if (array.type_id() != arrow::Type::DICTIONARY) return bytes_value(array, i);
  const auto& coded = static_cast<const arrow::DictionaryArray&>(array);
  return text_value(*coded.dictionary(), coded.GetValueIndex(i));
}

}  // namespace lamina
