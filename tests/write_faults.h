#pragma once
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

namespace lamina {

/// What `write` and `pwrite` do to regular files in this process while one of these lives. Included
/// by one file of a test program, as it defines both in the place of the C library's.
class WriteFaults {
 public:
  struct Plan {
    bool interrupted = false;                               ///< every other call ends in EINTR
    std::size_t most_bytes = static_cast<std::size_t>(-1);  ///< of one call
    std::int64_t free_bytes = -1;                           ///< then the disk is full; -1: never
  };

  explicit WriteFaults(const Plan& plan) { current() = this, plan_ = plan; }
  ~WriteFaults() { current() = nullptr; }
  WriteFaults(const WriteFaults&) = delete;
  WriteFaults& operator=(const WriteFaults&) = delete;

  static WriteFaults*& current() {
    static WriteFaults* faults = nullptr;
    return faults;
  }

  /// How many bytes the call may write; -1, with errno, where it fails.
  static ssize_t allowed(int descriptor, std::size_t count) {
    struct stat status {};
    const bool is_file = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    return current() != nullptr && is_file ? current()->take(count) : static_cast<ssize_t>(count);
  }

 private:
  ssize_t take(std::size_t count) {
    if (plan_.interrupted && num_calls_++ % 2 == 0) return errno = EINTR, -1;
    if (plan_.free_bytes == 0) return errno = ENOSPC, -1;
    count = std::min(count, plan_.most_bytes);
    if (plan_.free_bytes > 0) {
      count = std::min(count, static_cast<std::size_t>(plan_.free_bytes));
      plan_.free_bytes -= static_cast<std::int64_t>(count);
    }
    return static_cast<ssize_t>(count);
  }

  Plan plan_;
  int num_calls_ = 0;
};

}  // namespace lamina

extern "C" ssize_t write(int descriptor, const void* bytes, std::size_t count) {
  const ssize_t allowed = lamina::WriteFaults::allowed(descriptor, count);
  return allowed < 0 ? allowed : ::syscall(SYS_write, descriptor, bytes, allowed);
}

extern "C" ssize_t pwrite(int descriptor, const void* bytes, std::size_t count, off_t offset) {
  const ssize_t allowed = lamina::WriteFaults::allowed(descriptor, count);
  return allowed < 0 ? allowed : ::syscall(SYS_pwrite64, descriptor, bytes, allowed, offset);
}
