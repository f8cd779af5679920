#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace lamina {

/// The whole file as bytes. Throws Error naming the path.
std::string read_file(const std::filesystem::path& path);

/// ".partial-" and 16 random digits, for a file that is renamed once it is complete. Not the
/// process number: processes of several machines or containers may share the folder.
std::string random_partial_ending();

/// "." where the path names none.
std::filesystem::path folder_of(const std::filesystem::path& path);

/// Flushes a file, or the names in a folder, to disk.
void sync_path(const std::filesystem::path& path);

/// Writes beside the target, syncs, renames: a reader sees the old file or the new one, never half.
/// Where that fails, the target stays as it was and nothing is left beside it.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// Writes and syncs one file in place; for files inside an AtomicDirectory.
void write_file_synced(const std::filesystem::path& path, std::string_view bytes);

/// A directory that appears under its name only when `commit` is called: until then its files are
/// written under `path()`, a sibling with the ending ".partial". An older directory of the final
/// name is replaced: in one step where the file system can exchange two names, else it is moved
/// aside first, to the ending ".replaced". So a crash at any point leaves the old directory or the
/// new one, whole, where `find` looks, and what it leaves besides is removed by the next
/// AtomicDirectory of that name. One writer at a time. Destroyed without `commit`, it removes what
/// was written.
class AtomicDirectory {
 public:
  static constexpr const char* kPartialEnding = ".partial";
  static constexpr const char* kAsideEnding = ".replaced";

  explicit AtomicDirectory(std::filesystem::path final_path);
  ~AtomicDirectory();
  AtomicDirectory(const AtomicDirectory&) = delete;
  AtomicDirectory& operator=(const AtomicDirectory&) = delete;

  const std::filesystem::path& path() const { return partial_path_; }
  void commit();

  /// Where the directory that was committed last is: `final_path`, unless a writer died between
  /// moving it aside and putting the new one in its place.
  static std::filesystem::path find(const std::filesystem::path& final_path);

 private:
  std::filesystem::path final_path_;
  std::filesystem::path partial_path_;
  bool committed_ = false;
};

/// A read-only memory map of a whole file; the bytes live as long as the object. Movable.
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
