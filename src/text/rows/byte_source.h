#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>

namespace lamina {

/// Reads the next bytes of a stream into the span and returns their number, which is less than the
/// size of the span only at the end of the stream, and 0 after that. Throws Error with a reason,
/// without the name of the file. Copies share one stream.
using ByteSource = std::function<std::size_t(std::span<char>)>;

/// The bytes of a file as stored. Throws Error if it cannot be opened.
ByteSource file_source(const std::filesystem::path& path);

/// Bytes in memory. `bytes` must outlive the source; copies do not share their position.
ByteSource memory_source(std::string_view bytes);

/// Decompressed bytes: all members of a gzip stream (RFC 1952), all frames of a zstd stream (RFC
/// 8878), concatenated. Memory holds a window of at most 128 MiB. Throws Error on damaged or
/// truncated input.
ByteSource gunzipped(ByteSource compressed);
ByteSource unzstd(ByteSource compressed);

/// The content of a file, decompressed if its name ends in .gz or .zst, in upper or lower case.
/// Adds the bytes read from disk to *file_bytes_read, if given, which must outlive the source.
ByteSource content_source(const std::filesystem::path& path,
                          std::int64_t* file_bytes_read = nullptr);

}  // namespace lamina
