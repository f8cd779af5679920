#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace lamina {

/// Writes all of the bytes, also where a signal interrupts it or the file takes a part at first.
/// Throws Error "PATH: cannot write: No space left on device", or whatever the reason is.
void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& path);

/// A file that is being written, from its start or at its end. Everything that lamina keeps is
/// written through this class or write_all: bytes that did not reach the file are an Error that
/// names the file and the reason. Not for use by several threads at once.
class OutputFile {
 public:
  enum class Mode { kReplace, kAppend };

  explicit OutputFile(std::filesystem::path path, Mode mode = Mode::kReplace);
  ~OutputFile();  ///< closes the file; bytes that were not flushed are dropped
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Adds to the file; small pieces are collected in memory.
  void write(std::string_view bytes);

  /// Hands what was collected to the operating system.
  void flush();

  /// Flushes, then adds the bytes: all of them, or where that fails none, so that a file of lines
  /// keeps whole lines.
  void write_whole(std::string_view bytes);

  /// Flushes, then writes over what is at `offset` already.
  void overwrite(std::int64_t offset, std::string_view bytes);

  /// Flushes, syncs to disk and closes; the last call.
  void finish();

 private:
  std::filesystem::path path_;
  int descriptor_;
  std::string collected_;
};

}  // namespace lamina
