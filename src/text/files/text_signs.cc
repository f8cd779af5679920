#include "text_signs.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <string_view>

#include "lamina/core/error.h"
#include "lamina/text/data_file.h"
#include "text_case.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxHeadBytes = 4096;

constexpr std::string_view kUnreadEndings[] = {
    ".gz",  ".zst", ".bz2",  ".xz",      ".lz4",        ".br",   ".zip",    ".tar",   ".tgz",
    ".7z",  ".rar", ".psv",  ".tab",     ".xls",        ".xlsx", ".ods",    ".orc",   ".avro",
    ".pkl", ".npy", ".npz",  ".feather", ".h5",         ".hdf5", ".pickle", ".db",    ".sqlite",
    ".pdf", ".doc", ".docx", ".epub",    ".mds",        ".pt",   ".pth",    ".lance", ".tfrecord",
    ".jpg", ".png", ".bin",  ".idx",     ".safetensors"};

std::string first_bytes(const fs::path& file) {
  std::string bytes(kMaxHeadBytes, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  return bytes.starts_with(kByteOrderMark) ? bytes.substr(kByteOrderMark.size()) : bytes;
}

/// Removes and returns the next byte that is not white space; '\0' at the end.
char take_next(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (text.empty()) return '\0';
  const char next = text[0];
  text.remove_prefix(1);
  return next;
}

bool is_name(std::string_view field) {
  if (field.size() >= 2 && field.front() == '"' && field.back() == '"') {
    field = field.substr(1, field.size() - 2);
  }
  const auto is_part = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; };
  return !field.empty() && std::isdigit(static_cast<unsigned char>(field[0])) == 0 &&
         std::all_of(field.begin(), field.end(), is_part);
}

/// "text,id": at least two names, separated by commas, semicolons or tabs, without spaces.
bool is_header(std::string_view line) {
  const std::size_t first = line.find_first_of(",;\t");
  if (first == line.npos) return false;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find(line[first], begin), line.size());
    if (!is_name(line.substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  return true;
}

std::string_view first_line(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == text.npos) return {};
  text = text.substr(0, end);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace

bool has_unread_ending(const fs::path& file) {
  const std::string ending = lower_case(file.extension().string());
  return std::find(std::begin(kUnreadEndings), std::end(kUnreadEndings), ending) !=
         std::end(kUnreadEndings);
}

std::string row_format_hint(const fs::path& file) {
  const std::string bytes = first_bytes(file);
  std::string_view rest = bytes;
  const char first = take_next(rest), second = take_next(rest);
  if (first == '{' && second == '"') return "begins with a JSON object";
  if (first == '[' && second == '{' && take_next(rest) == '"') {
    return "begins with an array of JSON objects";
  }
  return is_header(first_line(bytes)) ? "begins with what looks like the header of a table" : "";
}

void check_is_text(const fs::path& file) {
  if (has_unread_ending(file)) {
    throw Error(
        fmt::format("{}: files that end in {} cannot be read; expected {}, or another "
                    "plain-text file",
                    file.string(), file.extension().string(), kDataEndings));
  }
  const std::string hint = row_format_hint(file);
  if (hint.empty()) return;
  throw Error(
      fmt::format("{}: has an unknown ending and {}; rename it to .jsonl, .csv or .tsv to read "
                  "its rows, or to .txt to read it as one text",
                  file.string(), hint));
}

}  // namespace lamina
