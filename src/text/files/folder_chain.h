#pragma once
#include <sys/stat.h>

#include <filesystem>
#include <utility>
#include <vector>

namespace lamina {

/// The folders on the current path of a recursive search, which detects cycles of symbolic links.
class FolderChain {
 public:
  /// Leaves the folder at the end of its scope. Must be destroyed before the chain, in reverse
  /// order.
  class Inside {
   public:
    explicit Inside(FolderChain& chain) : chain_(chain) {}
    ~Inside() { chain_.folders_.pop_back(); }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    FolderChain& chain_;
  };

  /// Enters a folder, identified by device and inode. Throws Error if it is already on the path.
  [[nodiscard]] Inside enter(const std::filesystem::path& folder);

 private:
  std::vector<std::pair<dev_t, ino_t>> folders_;
};

}  // namespace lamina
