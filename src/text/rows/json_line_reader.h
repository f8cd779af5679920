#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include "byte_source.h"
#include "lamina/core/error.h"
#include "lamina/core/json_lines.h"

namespace lamina {

/// Reads the lines of a stream, without "\n" or "\r\n". Memory holds at most two times the longest
/// line.
class LineReader {
 public:
  explicit LineReader(ByteSource source) : source_(std::move(source)) {}

  /// Reads the next line; false at the end. `line` is valid until the next call. Throws Error,
  /// without the file's name, if the source does, and if a line is longer than 1 GiB.
  bool next(std::string_view& line);

  std::int64_t line_number() const { return line_number_; }  ///< of the last line, from 1

 private:
  bool read_more();

  ByteSource source_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  ///< of the bytes that no line has used yet
  std::size_t end_ = 0;
  std::int64_t line_number_ = 0;
};

/// Returns the result of `action`; prepends "FILE:LINE: " to an Error that it throws.
template <class Action>
auto located(const std::filesystem::path& file, std::int64_t line_number, Action action) {
  try {
    return action();
  } catch (const Error& error) {
    throw Error(fmt::format("{}:{}: {}", file.string(), line_number, error.what()));
  }
}

/// The UTF-8 byte order mark, which some programs write before the text.
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Calls `line` with each line of a (decompressed) file that is not blank, and its number, from 1.
/// Adds the bytes read from disk to *file_bytes_read, if given. Throws Error with file and line if
/// the file is damaged, or is an array or an object over several lines instead of JSON lines.
void for_each_json_line(const std::filesystem::path& file,
                        const std::function<void(std::string_view, std::int64_t)>& line,
                        std::int64_t* file_bytes_read = nullptr);

/// The JSON object on a line. Throws Error with a reason: not UTF-8, not JSON, nested deeper than
/// 512 levels, or not an object.
Json json_object(std::string_view line);

}  // namespace lamina
