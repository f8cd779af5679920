#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace lamina {

/// One document of a file of rows (text/rows.h), not yet parsed: cheap to produce, so that another
/// thread can call document_text on it.
struct RowDocument {
  enum class Form { kJsonLine, kText, kNull };

  Form form = Form::kText;
  std::string bytes;                 ///< the line for kJsonLine, else the text; "" for kNull
  std::int64_t number = 0;           ///< line number for kJsonLine, else row number; from 1
  std::int64_t file_bytes_read = 0;  ///< read from disk so far, for progress; 0 if unknown
};

/// Calls `document` with each document of the file, in order; blank lines are skipped. A columnar
/// file is read only in the column `text_column`; compressed text is one document. Throws Error
/// with the file and the reason if the file is damaged, or if its header or schema lacks the column
/// or has it with another type. Errors of `document` pass through unchanged.
void for_each_document(const std::filesystem::path& file, const std::string& text_column,
                       const std::function<void(RowDocument&&)>& document);

/// "FILE:LINE" for JSON lines, else "FILE: row N": the location part of messages.
std::string document_location(const std::filesystem::path& file, const RowDocument& document);

/// The text of a document of `file`: well-formed UTF-8, not empty. Takes the bytes out of
/// `document`. Throws Error with the location and the reason: not JSON, no such column, not text,
/// empty, not UTF-8. Thread-safe.
std::string document_text(const std::filesystem::path& file, const std::string& text_column,
                          RowDocument&& document);

}  // namespace lamina
