#include "lamina/core/output_file.h"

#include <fcntl.h>
#include <spdlog/fmt/fmt.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "lamina/core/error.h"
#include "lamina/core/system_call.h"

namespace lamina {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 16;

/// Throws an Error with the reason in errno.
[[noreturn]] void fail(const std::filesystem::path& path, const char* what) {
  throw Error(fmt::format("{}: {}: {}", path.string(), what, std::strerror(errno)));
}

/// Repeats `put`, which writes some of the bytes and returns how many, until all are written. A
/// result of 0 is an error, so that the loop ends.
template <class Put>
void write_in_parts(std::string_view bytes, const std::filesystem::path& path, const Put& put) {
  while (!bytes.empty()) {
    errno = 0;
    const ssize_t count = uninterrupted([&] { return put(bytes); });
    if (count <= 0) fail(path, "cannot write");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& path) {
  write_in_parts(bytes, path, [&](std::string_view rest) {
    return ::write(descriptor, rest.data(), rest.size());
  });
}

OutputFile::OutputFile(std::filesystem::path path, Mode mode)
    : path_(std::move(path)), descriptor_(uninterrupted([&] {
        const int how = mode == Mode::kAppend ? O_APPEND : O_TRUNC;
        return ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | how, 0644);
      })) {
  if (descriptor_ < 0) fail(path_, mode == Mode::kAppend ? "cannot open" : "cannot create");
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void OutputFile::write(std::string_view bytes) {
  if (buffer_.size() + bytes.size() > kBufferBytes) flush();
  if (bytes.size() > kBufferBytes) {
    write_all(descriptor_, bytes, path_);
  } else {
    buffer_ += bytes;
  }
}

void OutputFile::flush() {
  write_all(descriptor_, buffer_, path_);
  buffer_.clear();
}

void OutputFile::write_whole(std::string_view bytes) {
  flush();
  struct stat status {};
  // Only a regular file can be truncated again; a pipe or device cannot.
  const bool known_size = ::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode);
  try {
    write_all(descriptor_, bytes, path_);
  } catch (const Error&) {
    const int cut = known_size ? ::ftruncate(descriptor_, status.st_size) : 0;
    static_cast<void>(cut);  // best effort; the error of the write is thrown
    throw;
  }
}

void OutputFile::overwrite(std::int64_t offset, std::string_view bytes) {
  flush();
  write_in_parts(bytes, path_, [&](std::string_view rest) {
    const auto done = static_cast<std::int64_t>(bytes.size() - rest.size());
    return ::pwrite(descriptor_, rest.data(), rest.size(), offset + done);
  });
}

void OutputFile::finish() {
  flush();
  if (uninterrupted([&] { return ::fsync(descriptor_); }) != 0) fail(path_, "cannot sync");
  const int closed = ::close(descriptor_);
  descriptor_ = -1;
  if (closed != 0 && errno != EINTR) fail(path_, "cannot close");
}

}  // namespace lamina
