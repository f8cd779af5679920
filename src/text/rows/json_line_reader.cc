#include "json_line_reader.h"

#include <algorithm>
#include <cstring>

#include "lamina/text/utf8.h"

namespace lamina {
namespace {

constexpr std::size_t kReadBytes = 1 << 18;
constexpr std::size_t kMaxLineBytes = std::size_t{1} << 30;
constexpr int kMaxDepth = 512;  // so that later recursion over a value does not overflow the stack

/// The maximum nesting depth of brackets outside strings. Exact for well-formed JSON.
int nesting_depth(std::string_view json) {
  int depth = 0, deepest = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text) {
      if (c == '\\') ++i;
      in_text = c != '"';
    } else {
      in_text = c == '"';
      depth += (c == '[' || c == '{') ? 1 : (c == ']' || c == '}') ? -1 : 0;
      deepest = std::max(deepest, depth);
    }
  }
  return deepest;
}

/// The parser's message without the line number, which is always 1.
std::string reason_of(const Json::exception& error) {
  std::string text = json_reason(error);
  if (const auto column = text.find("line 1, "); column != text.npos) text.erase(column, 8);
  return text;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

/// Checks the first line that is not blank. A complete object does not end in "{", "[" or ",".
void check_is_line(std::string_view line) {
  line.remove_prefix(line.find_first_not_of(" \t\r"));
  line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
  const bool is_array = line.starts_with('[');
  const bool is_open = line.starts_with('{') && line.find_last_of("{[,") == line.size() - 1;
  if (!is_array && !is_open) return;
  throw Error(fmt::format(
      "{}; expected JSON lines, one object per line, as jq -c '{}' FILE writes them",
      is_array ? "begins with a JSON array" : "begins with a JSON object over several lines",
      is_array ? ".[]" : "."));
}

}  // namespace

bool LineReader::read_more() {
  const std::size_t open = end_ - begin_;
  if (begin_ > 0 && open > 0) std::memmove(buffer_.data(), buffer_.data() + begin_, open);
  begin_ = 0;
  end_ = open;
  if (open > kMaxLineBytes) throw Error("a line is longer than 1 GiB");
  // Doubling bounds the number of copies of a long line.
  buffer_.resize(std::max(open * 2, open + kReadBytes));
  const std::size_t got = source_(std::span(buffer_).subspan(open));
  end_ += got;
  return got > 0;
}

bool LineReader::next(std::string_view& line) {
  std::size_t searched = 0;
  const char* newline = nullptr;
  for (;;) {
    const char* open = buffer_.data() + begin_;
    const std::size_t count = end_ - begin_;
    if (count > searched) {
      newline = static_cast<const char*>(std::memchr(open + searched, '\n', count - searched));
    }
    searched = count;
    if (newline != nullptr || !read_more()) break;
  }
  const char* open = buffer_.data() + begin_;
  const std::size_t length =
      newline != nullptr ? static_cast<std::size_t>(newline - open) : end_ - begin_;
  if (newline == nullptr && length == 0) return false;
  line = {open, length};
  if (line.ends_with('\r')) line.remove_suffix(1);
  begin_ += length + (newline != nullptr ? 1 : 0);
  ++line_number_;
  return true;
}

void for_each_json_line(const std::filesystem::path& file,
                        const std::function<void(std::string_view, std::int64_t)>& line,
                        std::int64_t* file_bytes_read) {
  LineReader reader(located(file, 1, [&] { return content_source(file, file_bytes_read); }));
  std::string_view text;
  bool is_first = true;
  while (located(file, reader.line_number() + 1, [&] { return reader.next(text); })) {
    if (reader.line_number() == 1 && text.starts_with(kByteOrderMark)) {
      text.remove_prefix(kByteOrderMark.size());
    }
    if (is_blank(text)) continue;
    if (is_first) located(file, reader.line_number(), [&] { check_is_line(text); });
    is_first = false;
    line(text, reader.line_number());
  }
}

Json json_object(std::string_view line) {
  const std::size_t bad = first_invalid_utf8(line);
  if (bad < line.size()) {
    throw Error(fmt::format("not UTF-8: byte 0x{:02X} at column {}",
                            static_cast<unsigned char>(line[bad]), bad + 1));
  }
  if (nesting_depth(line) > kMaxDepth) {
    throw Error(fmt::format("nested deeper than {} levels", kMaxDepth));
  }
  try {
    Json value = Json::parse(line);
    if (!value.is_object()) {
      throw Error(fmt::format("got {}; expected an object {{...}}", value.type_name()));
    }
    return value;
  } catch (const Json::exception& error) {
    throw Error(fmt::format("not JSON: {}", reason_of(error)));
  }
}

}  // namespace lamina
