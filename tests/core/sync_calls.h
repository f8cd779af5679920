#pragma once
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lamina {

/// What this process syncs to disk while one of these lives; the `fsync` of
/// atomic_directory_test.cc notes it.
class SyncCalls {
 public:
  struct Call {
    std::filesystem::path path;  ///< of the file or folder, at the time of the call
    std::int64_t bytes;          ///< its size then
    bool is_folder;
  };

  SyncCalls() { current() = this; }
  ~SyncCalls() { current() = nullptr; }
  SyncCalls(const SyncCalls&) = delete;
  SyncCalls& operator=(const SyncCalls&) = delete;

  const std::vector<Call>& calls() const { return calls_; }

  static void note(int descriptor) {
    if (current() == nullptr) return;
    struct stat status {};
    ::fstat(descriptor, &status);
    current()->calls_.push_back(
        {std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor)),
         status.st_size, S_ISDIR(status.st_mode)});
  }

 private:
  static SyncCalls*& current() {
    static SyncCalls* calls = nullptr;
    return calls;
  }

  std::vector<Call> calls_;
};

}  // namespace lamina
