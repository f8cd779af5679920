#pragma once
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace lamina {

/// The folder of reference data that some tests compare with: LAMINA_SHARED, read when a test runs.
/// Tests that need it skip, saying so, where it is absent.
inline std::filesystem::path shared_folder() {
  const char* set = std::getenv("LAMINA_SHARED");
  return set ? std::filesystem::path(set) : std::filesystem::path(LAMINA_SOURCE_DIR) / "../shared";
}

/// Names of the folders inside shared/WHERE, sorted; "absent" alone where there is no such folder.
inline std::vector<std::string> shared_cases(const std::string& where) {
  std::vector<std::string> names;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(shared_folder() / where, missing)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  if (names.empty()) names.emplace_back("absent");
  return names;
}

}  // namespace lamina
