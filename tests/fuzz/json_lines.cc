#include <zlib.h>
#include <zstd.h>

#include <string>
#include <string_view>
#include <vector>

#include "../../src/text/rows/json_line_reader.h"
#include "lamina/core/error.h"

namespace lamina {
namespace {

constexpr char kGzip = 'g', kZstd = 'z';

std::string gzip(std::string text) {
  std::string out(::compressBound(text.size()) + 64, '\0');
  z_stream stream{};
  ::deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ::deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(::ZSTD_compressBound(text.size()), '\0');
  out.resize(::ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
  return out;
}

ByteSource source_of(std::string_view input) {
  if (input.starts_with(kGzip)) return gunzipped(memory_source(input.substr(1)));
  if (input.starts_with(kZstd)) return unzstd(memory_source(input.substr(1)));
  return memory_source(input);
}

}  // namespace

/// Reads lines of JSON objects; a first byte 'g' or 'z' means that the rest is compressed. Reading
/// continues after an invalid line and ends at damage in the stream.
void fuzz_json_lines(std::string_view input) {
  LineReader reader(source_of(input));
  try {
    for (std::string_view line; reader.next(line);) {
      try {
        json_object(line);
      } catch (const Error&) {
      }
    }
  } catch (const Error&) {
  }
}

std::vector<std::string> seeds_json_lines() {
  const std::string lines =
      "{\"text\": \"caf\\u00e9 \\ud83d\\ude00\", \"n\": [1, -2.5e3, null, true]}\r\n\n{\"text\": "
      "{}}";
  return {lines, kGzip + gzip(lines), kGzip + gzip(lines) + gzip("{}\n") + std::string(3, '\0'),
          kZstd + zstd(lines), kZstd + zstd(lines) + zstd("\n{}")};
}

}  // namespace lamina
