#include "folder_chain.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "lamina/core/error.h"

namespace lamina {

FolderChain::Inside FolderChain::enter(const std::filesystem::path& folder) {
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) {
    throw Error(fmt::format("{}: {}", folder.string(), std::strerror(errno)));
  }
  const std::pair identity{status.st_dev, status.st_ino};
  if (std::find(folders_.begin(), folders_.end(), identity) != folders_.end()) {
    throw Error(
        fmt::format("{}: a symbolic link back to a folder that contains it; remove it, or "
                    "name the folders next to it",
                    folder.string()));
  }
  folders_.push_back(identity);
  return Inside(*this);
}

}  // namespace lamina
