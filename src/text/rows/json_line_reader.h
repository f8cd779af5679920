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

/// The lines of a stream, without their "\n" and one "\r" before it. Memory holds the longest line.
class LineReader {
 public:
  explicit LineReader(ByteSource source) : source_(std::move(source)) {}

  /// False at the end; `line` is valid until the next call. Throws Error, without the file's name,
  /// where the source does and on a line of more than 1 GiB.
  bool next(std::string_view& line);

  std::int64_t line_number() const { return line_number_; }  ///< of the last line, from 1

 private:
  bool read_more();

  ByteSource source_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  ///< of what no line has taken
  std::size_t end_ = 0;
  std::int64_t line_number_ = 0;
};

/// What `action` returns; its Error gets "FILE:LINE: " in front.
template <class Action>
auto located(const std::filesystem::path& file, std::int64_t line_number, Action action) {
  try {
    return action();
  } catch (const Error& error) {
    throw Error(fmt::format("{}:{}: {}", file.string(), line_number, error.what()));
  }
}

/// UTF-8's, which some programs write before the first byte of text.
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Calls `line` with every line of a file (decompressed) that is not blank and its number, from 1;
/// counts the bytes taken from the disk in `file_bytes_read`, where given. Throws Error naming file
/// and line where it cannot be read further, and where it is an array or one object over several
/// lines, not JSON lines.
void for_each_json_line(const std::filesystem::path& file,
                        const std::function<void(std::string_view, std::int64_t)>& line,
                        std::int64_t* file_bytes_read = nullptr);

/// The object on a line. Throws Error with a reason: not UTF-8, not JSON, nested deeper than 512
/// levels, not an object.
Json json_object(std::string_view line);

}  // namespace lamina
