#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace lamina {

/// One document of a file of rows (text/rows.h) as it was found: cheap to make, so that parsing can
/// be another thread's work.
struct RowDocument {
  enum class Form { kJsonLine, kText, kNull };

  Form form = Form::kText;
  std::string bytes;                 ///< of the line, or of the text
  std::int64_t number = 0;           ///< of the line, or of the row; from 1
  std::int64_t file_bytes_read = 0;  ///< so far, about; 0 where it is not known
};

/// Calls `document` with every document of the file, in order; blank lines are none. Of a columnar
/// file only the column `text_column` is read. Throws Error naming the file and the reason where it
/// is damaged, and where it has columns but not this one, or one of another type.
void for_each_document(const std::filesystem::path& file, const std::string& text_column,
                       const std::function<void(RowDocument&&)>& document);

/// "FILE:LINE" or "FILE: row N", for messages.
std::string document_location(const std::filesystem::path& file, const RowDocument& document);

/// The text of a document of that file. Throws Error naming file, line or row, and reason: not
/// JSON, no such column, not a text, empty, not UTF-8.
std::string document_text(const std::filesystem::path& file, const std::string& text_column,
                          RowDocument&& document);

}  // namespace lamina
