#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "lamina/config/value.h"
#include "lamina/core/file_name.h"
#include "message.h"
#include "number.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

constexpr const char* kFileNameRule =
    " of 1 to 200 letters, digits, - _ and ., the first not a dot";
static_assert(kMaxFileNameBytes == 200);

const char* article_of(const WrittenValue& written) {
  if (written.type.list || written.setting.file_name) return "a ";
  switch (written.type.kind) {
    case ValueType::Kind::kInteger:
      return "an ";
    case ValueType::Kind::kNumber:
    case ValueType::Kind::kPath:
      return "a ";
    default:
      return "";
  }
}

std::string expected_text(const WrittenValue& written) {
  const bool is_file_name = written.setting.file_name;
  return fmt::format("expected {}{}{}", article_of(written),
                     type_text(written.type, written.setting), is_file_name ? kFileNameRule : "");
}

std::string got_text_of(const WrittenValue& written) {
  switch (written.type.kind) {
    case ValueType::Kind::kText:
    case ValueType::Kind::kPath:
    case ValueType::Kind::kName:
      return got_text_for_text(written.node);
    default:
      return got_text(written.node);
  }
}

[[noreturn]] void reject(const WrittenValue& written, std::string_view reason = "",
                         std::string_view suggestion = "") {
  fail(written.node.place, fmt::format("{}: got {}{}; {}{}", written.key, got_text_of(written),
                                       reason, expected_text(written), suggestion));
}

/// The text of a scalar without quotes: quoted, it is text and nothing else.
const std::string& plain_text(const WrittenValue& written) {
  if (written.node.kind != Node::Kind::kScalar || written.node.quoted) reject(written);
  return written.node.scalar;
}

const std::string& any_text(const WrittenValue& written) {
  if (written.node.kind != Node::Kind::kScalar) reject(written);
  return written.node.scalar;
}

void check_range(const WrittenValue& written, double value) {
  const Setting& setting = written.setting;
  const bool below = setting.above_min ? value <= setting.min : value < setting.min;
  if (below || value > setting.max) reject(written);
}

void check_length(const WrittenValue& written, std::size_t num_items) {
  const std::size_t expected = written.type.length;
  if (expected == 0 || num_items == expected) return;
  fail(written.node.place, fmt::format("{}: got {}; expected {}", written.key,
                                       count_text(written.type, num_items), expected));
}

template <class T>
T value_of(const WrittenValue& written, const ParsedNumber<T>& parsed) {
  if (!parsed.value) reject(written, parsed.reason);
  check_range(written, static_cast<double>(*parsed.value));
  return *parsed.value;
}

}  // namespace

void read_value(const WrittenValue& written, bool& value) {
  const std::string& text = plain_text(written);
  if (text != "true" && text != "false") reject(written);
  value = text == "true";
}

void read_value(const WrittenValue& written, std::int64_t& value) {
  value = value_of(written, parse_integer(plain_text(written)));
}

void read_value(const WrittenValue& written, double& value) {
  value = value_of(written, parse_number(plain_text(written)));
}

void read_value(const WrittenValue& written, std::string& value) {
  const std::string& text = any_text(written);
  if (written.setting.file_name && !is_file_name(text)) reject(written);
  value = text;
}

void read_value(const WrittenValue& written, fs::path& value) {
  const fs::path path = any_text(written);
  const bool in_file = written.node.place.line > 0;
  const fs::path folder = in_file ? fs::path(written.node.place.file).parent_path() : fs::path();
  value = path.empty() ? path : fs::absolute(folder / path).lexically_normal();
}

std::size_t read_name(const WrittenValue& written) {
  const std::string& text = any_text(written);
  const auto names = written.type.names;
  const auto found = std::find(names.begin(), names.end(), std::string_view(text));
  if (found == names.end()) {
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    const std::string_view near = nearest_name(text, candidates);
    reject(written, "", near.empty() ? "" : fmt::format("; did you mean {}?", near));
  }
  return static_cast<std::size_t>(found - names.begin());
}

std::vector<WrittenValue> read_list(const WrittenValue& written) {
  ValueType item_type = written.type;
  item_type.list = false;
  item_type.length = 0;
  if (written.node.kind == Node::Kind::kScalar) {
    check_length(written, 1);
    return {{written.node, written.key, written.setting, item_type}};
  }
  if (written.node.kind != Node::Kind::kSequence) reject(written);
  check_length(written, written.node.items.size());
  std::vector<WrittenValue> items;
  for (const Node& item : written.node.items) {
    items.push_back(
        {item, fmt::format("{}[{}]", written.key, items.size()), written.setting, item_type});
  }
  return items;
}

}  // namespace lamina
