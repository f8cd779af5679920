#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace lamina {

/// Writes all bytes, continuing after signals and short writes. Throws Error "PATH: cannot write:
/// REASON", such as "No space left on device".
void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& path);

/// A file that is being written, replaced or appended to. Every file that lamina keeps is written
/// through this class or write_all: bytes that did not reach the file are an Error that names the
/// file and the reason. Not thread-safe.
class OutputFile {
 public:
  enum class Mode { kReplace, kAppend };

  explicit OutputFile(std::filesystem::path path, Mode mode = Mode::kReplace);
  ~OutputFile();  ///< closes the file; bytes that were not flushed are lost
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Appends to the file; small pieces are buffered in memory.
  void write(std::string_view bytes);

  /// Passes the buffered bytes to the operating system.
  void flush();

  /// Flushes, then appends the bytes, all or, if that fails, none: a file of lines has only whole
  /// lines.
  void write_whole(std::string_view bytes);

  /// Flushes, then overwrites bytes that the file already has, from byte `offset` on.
  void overwrite(std::int64_t offset, std::string_view bytes);

  /// Flushes, syncs to disk and closes the file; the last call.
  void finish();

 private:
  std::filesystem::path path_;
  int descriptor_;
  std::string buffer_;
};

}  // namespace lamina
