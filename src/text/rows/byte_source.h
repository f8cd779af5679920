#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>

namespace lamina {

/// Fills the span from its start with the next bytes of a stream and returns how many: fewer than
/// asked for only at the end, 0 behind it. Throws Error with a reason, without the file's name.
using ByteSource = std::function<std::size_t(std::span<char>)>;

/// Bytes of a file as they are on disk.
ByteSource file_source(const std::filesystem::path& path);

/// Bytes in memory; `bytes` must outlive the source.
ByteSource memory_source(std::string_view bytes);

/// Decompressed bytes: of gzip all members one behind the other, of zstd all frames. Memory holds a
/// window of at most 128 MiB. Damaged and truncated input throws.
ByteSource gunzipped(ByteSource compressed);
ByteSource unzstd(ByteSource compressed);

/// The file's content, decompressed where its name ends in .gz or .zst, in any
/// capitals. The bytes taken from the
/// disk are counted in `file_bytes_read`, where given, which must outlive the source.
ByteSource content_source(const std::filesystem::path& path,
                          std::int64_t* file_bytes_read = nullptr);

}  // namespace lamina
