#include "lamina/core/files.h"

#include <fcntl.h>
#include <spdlog/fmt/fmt.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <random>
#include <utility>

#include "lamina/core/error.h"
#include "lamina/core/output_file.h"
#include "lamina/core/system_call.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail(const fs::path& path, const char* what) {
  throw Error(fmt::format("{}: {}: {}", path.string(), what, std::strerror(errno)));
}

/// Owns a file descriptor; < 0: none.
struct Descriptor {
  int value;
  explicit Descriptor(int fd) : value(fd) {}
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
};

Descriptor open_for_reading(const fs::path& path) {
  return Descriptor(uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }));
}

void rename_into_place(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) fail(to, "cannot rename into place");
}

/// Exchanges two names in one step. False if the file system or the kernel cannot do that.
bool exchange(const fs::path& a, const fs::path& b) {
  if (::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP) fail(b, "cannot replace");
  return false;
}

/// In two steps, if `exchange` is not possible: after a crash between them `to` is at `aside`.
void rename_in_two_steps(const fs::path& from, const fs::path& to, const fs::path& aside) {
  rename_into_place(to, aside);
  try {
    rename_into_place(from, to);
  } catch (const Error&) {
    rename_into_place(aside, to);
    throw;
  }
}

fs::path aside_of(const fs::path& final_path) {
  return final_path.string() + AtomicDirectory::kAsideEnding;
}

}  // namespace

std::string random_partial_ending() {
  std::random_device random;
  return fmt::format(".partial-{:08x}{:08x}", random(), random());
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

void sync_path(const fs::path& path) {
  const Descriptor fd = open_for_reading(path);
  const bool synced = fd.value >= 0 && uninterrupted([&] { return ::fsync(fd.value); }) == 0;
  if (!synced) fail(path, "cannot sync");
}

std::string read_file(const fs::path& path) {
  const Descriptor fd = open_for_reading(path);
  struct stat status {};
  if (fd.value < 0 || ::fstat(fd.value, &status) != 0) fail(path, "cannot open");
  if (S_ISDIR(status.st_mode)) throw Error(fmt::format("{}: is a folder", path.string()));
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t done = 0;
  for (;;) {
    if (done == bytes.size()) bytes.resize(bytes.size() + 4096);  // pipes and growing files
    const ssize_t got =
        uninterrupted([&] { return ::read(fd.value, bytes.data() + done, bytes.size() - done); });
    if (got < 0) fail(path, "cannot read");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

void write_file_synced(const fs::path& path, std::string_view bytes) {
  OutputFile file(path);
  file.write(bytes);
  file.finish();
}

void write_file_atomically(const fs::path& path, std::string_view bytes) {
  std::error_code failed;
  fs::create_directories(folder_of(path), failed);
  if (failed) {
    throw Error(fmt::format("{}: cannot create this folder: {}", folder_of(path).string(),
                            failed.message()));
  }
  const fs::path partial = path.string() + random_partial_ending();
  try {
    write_file_synced(partial, bytes);
    rename_into_place(partial, path);
  } catch (const Error&) {
    std::error_code ignored;
    fs::remove(partial, ignored);
    throw;
  }
  sync_path(folder_of(path));  // makes the rename durable
}

AtomicDirectory::AtomicDirectory(fs::path final_path)
    : final_path_(std::move(final_path)), partial_path_(final_path_.string() + kPartialEnding) {
  const fs::path aside = aside_of(final_path_);
  // The previous writer was killed between its two renames: restores the old directory.
  if (find(final_path_) == aside) rename_into_place(aside, final_path_);
  fs::remove_all(aside);
  fs::remove_all(partial_path_);
  fs::create_directories(partial_path_);
}

AtomicDirectory::~AtomicDirectory() {
  std::error_code ignored;
  if (!committed_) fs::remove_all(partial_path_, ignored);
}

fs::path AtomicDirectory::find(const fs::path& final_path) {
  const bool was_moved = !fs::exists(final_path) && fs::exists(aside_of(final_path));
  return was_moved ? aside_of(final_path) : final_path;
}

void AtomicDirectory::commit() {
  // All files must be on disk before the directory gets its final name.
  for (const auto& entry : fs::recursive_directory_iterator(partial_path_)) {
    sync_path(entry.path());
  }
  sync_path(partial_path_);
  fs::path old = partial_path_;
  if (!fs::exists(final_path_)) {
    rename_into_place(partial_path_, final_path_);
  } else if (!exchange(partial_path_, final_path_)) {
    old = aside_of(final_path_);
    rename_in_two_steps(partial_path_, final_path_, old);
  }
  committed_ = true;
  sync_path(folder_of(final_path_));
  fs::remove_all(old);
}

MappedFile::MappedFile(const fs::path& path) {
  const Descriptor fd = open_for_reading(path);
  struct stat status {};
  if (fd.value < 0 || ::fstat(fd.value, &status) != 0) fail(path, "cannot open");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return;  // mmap rejects length 0
  void* start = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd.value, 0);
  if (start == MAP_FAILED) fail(path, "cannot map");
  bytes_ = {static_cast<const std::byte*>(start), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

}  // namespace lamina
