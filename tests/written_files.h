#pragma once
#include <filesystem>
#include <fstream>
#include <string>

#include "temporary_folder.h"

namespace lamina {

/// A folder of files that a test writes itself.
class WrittenFiles {
 public:
  void write(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories((root() / path).parent_path());
    std::ofstream(root() / path) << text;
  }
  const std::filesystem::path& root() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

}  // namespace lamina
