#include "lamina/text/documents.h"

#include <spdlog/fmt/fmt.h>

#include <optional>
#include <string_view>
#include <utility>

#include "columnar_file.h"
#include "json_line_reader.h"
#include "lamina/core/error.h"
#include "lamina/text/utf8.h"
#include "row_format.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

void for_each_json_document(const fs::path& file,
                            const std::function<void(RowDocument&&)>& document) {
  std::int64_t file_bytes_read = 0;
  const auto add = [&](std::string_view line, std::int64_t number) {
    if (is_blank(line)) return;
    document({RowDocument::Form::kJsonLine, std::string(line), number, file_bytes_read});
  };
  for_each_line(file, add, &file_bytes_read);
}

std::string names_in(const Json& object) {
  std::string names;
  for (const auto& [name, value] : object.items()) names += (names.empty() ? "" : ", ") + name;
  return names.empty() ? "none" : names;
}

std::string text_in(Json&& object, const std::string& column) {
  const auto found = object.find(column);
  if (found == object.end()) {
    throw Error(fmt::format("no column \"{}\"; the columns are {}", column, names_in(object)));
  }
  if (!found->is_string()) {
    throw Error(fmt::format("column \"{}\": got {}, a text is needed", column, found->type_name()));
  }
  return std::move(found->get_ref<std::string&>());
}

/// The offset that the message names is that in the text.
void check_text(std::string_view text, const std::string& column) {
  if (text.empty()) throw Error(fmt::format("column \"{}\" is empty", column));
  const std::size_t bad = first_invalid_utf8(text);
  if (bad == text.size()) return;
  throw Error(fmt::format("column \"{}\": not UTF-8: byte 0x{:02X} at offset {}", column,
                          static_cast<unsigned char>(text[bad]), bad));
}

std::string unplaced_text(const std::string& column, RowDocument&& document) {
  if (document.form == RowDocument::Form::kNull) {
    throw Error(fmt::format("column \"{}\": got null, a text is needed", column));
  }
  const bool is_json = document.form == RowDocument::Form::kJsonLine;
  std::string text =
      is_json ? text_in(json_object(document.bytes), column) : std::move(document.bytes);
  check_text(text, column);
  return text;
}

}  // namespace

void for_each_document(const fs::path& file, const std::string& text_column,
                       const std::function<void(RowDocument&&)>& document) {
  const auto format = columnar_format(file.filename().string());
  if (!format) return for_each_json_document(file, document);
  std::int64_t row = 0;
  const auto add = [&](std::optional<std::string_view> text) {
    ++row;
    document(text ? RowDocument{RowDocument::Form::kText, std::string(*text), row}
                  : RowDocument{RowDocument::Form::kNull, "", row});
  };
  for_each_columnar_text({*format, file.string()}, text_column, add);
}

std::string document_place(const fs::path& file, const RowDocument& document) {
  const char* separator = document.form == RowDocument::Form::kJsonLine ? ":" : ": row ";
  return fmt::format("{}{}{}", file.string(), separator, document.number);
}

std::string document_text(const fs::path& file, const std::string& text_column,
                          RowDocument&& document) {
  try {
    return unplaced_text(text_column, std::move(document));  // takes the bytes alone
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", document_place(file, document), error.what()));
  }
}

}  // namespace lamina
