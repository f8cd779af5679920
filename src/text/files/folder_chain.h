#pragma once
#include <sys/stat.h>

#include <filesystem>
#include <utility>
#include <vector>

namespace lamina {

/// The folders that a search is inside of, so that symbolic links cannot lead it around for ever.
class FolderChain {
 public:
  /// Leaves the folder when it goes out of scope.
  class Inside {
   public:
    explicit Inside(FolderChain& chain) : chain_(chain) {}
    ~Inside() { chain_.folders_.pop_back(); }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    FolderChain& chain_;
  };

  /// Throws Error where the search is inside of this folder already.
  [[nodiscard]] Inside enter(const std::filesystem::path& folder);

 private:
  std::vector<std::pair<dev_t, ino_t>> folders_;
};

}  // namespace lamina
