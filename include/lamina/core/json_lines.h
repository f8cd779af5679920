#pragma once
#include <exception>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lamina/core/output_file.h"

namespace lamina {

/// Keys keep the order in which they were written, so that records read as they were meant.
using Json = nlohmann::ordered_json;

/// Appends JSON objects to a file, one a line, each flushed as it is written: a killed process
/// leaves whole lines, and at most one torn line at the end. A line that cannot be written, as on a
/// full disk, is an Error that names the file and the reason, and leaves no part of itself.
class JsonLinesWriter {
 public:
  explicit JsonLinesWriter(const std::filesystem::path& path);
  void write(const Json& object);

 private:
  OutputFile file_;
};

/// Every whole line of the file; a torn last line is dropped. A missing file has no lines.
/// Throws Error naming file and line where a line is not JSON.
std::vector<Json> read_json_lines(const std::filesystem::path& path);

/// One JSON file; throws Error naming it.
Json read_json(const std::filesystem::path& path);

/// What an error of the JSON library says, without its tag "[json.exception.parse_error.101] ".
std::string json_reason(const std::exception& error);

}  // namespace lamina
