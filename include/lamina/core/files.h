#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace lamina {

/// All bytes of the file; also reads pipes and files that grow. Throws Error naming the path if it
/// is a folder or cannot be read.
std::string read_file(const std::filesystem::path& path);

/// ".partial-" and 16 random hexadecimal digits, for a file that is renamed once it is complete.
/// Not the process id: processes of several machines or containers may share the folder.
std::string random_partial_ending();

/// The folder that contains the path; "." if the path names none.
std::filesystem::path folder_of(const std::filesystem::path& path);

/// Flushes a file, or the entries of a folder, to disk (fsync). Throws Error.
void sync_path(const std::filesystem::path& path);

/// Writes a temporary file in the target's folder, syncs it and renames it: a reader sees the old
/// file or the new one, never a part. Creates missing folders. Throws Error; the target is then
/// unchanged and the temporary file removed.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// Writes and syncs one file in place; for files inside an AtomicDirectory. Throws Error.
void write_file_synced(const std::filesystem::path& path, std::string_view bytes);

/// A directory that appears under its name only when `commit` is called. Until then its files are
/// written under `path()`, a sibling with the ending ".partial". An older directory of the final
/// name is replaced: in one step if the file system can exchange two names, otherwise it is first
/// renamed to the ending ".replaced". After a crash at any point, `find` returns the complete old
/// directory or the complete new one, and the next AtomicDirectory of that name removes the rest.
/// One writer at a time. The destructor removes what was written if `commit` was not called.
class AtomicDirectory {
 public:
  static constexpr const char* kPartialEnding = ".partial";
  static constexpr const char* kAsideEnding = ".replaced";

  /// Creates `path()`, empty; removes what an interrupted writer left. Throws Error or
  /// std::filesystem::filesystem_error.
  explicit AtomicDirectory(std::filesystem::path final_path);
  ~AtomicDirectory();
  AtomicDirectory(const AtomicDirectory&) = delete;
  AtomicDirectory& operator=(const AtomicDirectory&) = delete;

  const std::filesystem::path& path() const { return partial_path_; }

  /// Syncs all files and puts the directory in its final place; the last call. Throws Error.
  void commit();

  /// The path of the directory that was committed last: `final_path`, unless a writer was killed
  /// between the two renames of a replacement.
  static std::filesystem::path find(const std::filesystem::path& final_path);

 private:
  std::filesystem::path final_path_;
  std::filesystem::path partial_path_;
  bool committed_ = false;
};

/// A read-only memory map of a whole file. The bytes are valid as long as the object; an empty file
/// has none. Movable. Any number of threads may read. The constructor throws Error naming the path.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace lamina
