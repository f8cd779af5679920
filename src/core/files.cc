#include "lamina/core/files.h"

#include <fcntl.h>
#include <spdlog/fmt/fmt.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <utility>

#include "lamina/core/error.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail(const fs::path& path, const char* what) {
  throw Error(fmt::format("{}: {}: {}", path.string(), what, std::strerror(errno)));
}

/// A file descriptor that closes itself.
struct Descriptor {
  int value;
  explicit Descriptor(int fd) : value(fd) {}
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
};

}  // namespace

std::string random_partial_ending() {
  std::random_device random;
  return fmt::format(".partial-{:08x}{:08x}", random(), random());
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

void sync_path(const fs::path& path) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.value < 0 || ::fsync(fd.value) != 0) fail(path, "cannot sync");
}

std::string read_file(const fs::path& path) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (fd.value < 0 || ::fstat(fd.value, &status) != 0) fail(path, "cannot open");
  if (S_ISDIR(status.st_mode)) throw Error(fmt::format("{}: is a folder", path.string()));
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t done = 0;
  for (;;) {
    if (done == bytes.size()) bytes.resize(bytes.size() + 4096);  // pipes and growing files
    const ssize_t got = ::read(fd.value, bytes.data() + done, bytes.size() - done);
    if (got < 0) fail(path, "cannot read");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

void write_file_synced(const fs::path& path, std::string_view bytes) {
  const Descriptor fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (fd.value < 0) fail(path, "cannot create");
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd.value, bytes.data(), bytes.size());
    if (put < 0) fail(path, "cannot write");
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  if (::fsync(fd.value) != 0) fail(path, "cannot sync");
}

void write_file_atomically(const fs::path& path, std::string_view bytes) {
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  const fs::path partial = path.string() + random_partial_ending();
  try {
    write_file_synced(partial, bytes);
    if (::rename(partial.c_str(), path.c_str()) != 0) fail(path, "cannot rename into place");
  } catch (const Error&) {
    std::error_code ignored;
    fs::remove(partial, ignored);
    throw;
  }
  sync_path(folder_of(path));
}

AtomicDirectory::AtomicDirectory(fs::path final_path)
    : final_path_(std::move(final_path)), partial_path_(final_path_.string() + ".partial") {
  fs::remove_all(partial_path_);
  fs::create_directories(partial_path_);
}

AtomicDirectory::~AtomicDirectory() {
  std::error_code ignored;
  if (!committed_) fs::remove_all(partial_path_, ignored);
}

void AtomicDirectory::commit() {
  for (const auto& entry : fs::directory_iterator(partial_path_)) sync_path(entry.path());
  sync_path(partial_path_);
  fs::remove_all(final_path_);
  fs::rename(partial_path_, final_path_);
  sync_path(folder_of(final_path_));
  committed_ = true;
}

MappedFile::MappedFile(const fs::path& path) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (fd.value < 0 || ::fstat(fd.value, &status) != 0) fail(path, "cannot open");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return;
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
