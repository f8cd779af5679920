#pragma once
#include <filesystem>
#include <string>

#include "shared_folder.h"
#include "temporary_folder.h"

namespace lamina {

/// The benchmark data of shared/data as a data folder of links, with the same substitutions as in
/// the reference runs of lm-evaluation-harness: hellaswag and sciq use their scored rows as shots
/// as well, and the test split of sciq is its validation split.
class LmEvalData {
 public:
  LmEvalData() {
    std::error_code missing;
    for (const auto& task : std::filesystem::directory_iterator(source(), missing)) {
      if (!task.is_directory()) continue;
      std::filesystem::create_directory(folder() / task.path().filename());
      for (const auto& file : std::filesystem::directory_iterator(task.path())) {
        link(task.path().filename().string(), file.path().filename().string(),
             file.path().filename().string());
      }
    }
    link("hellaswag", "train.jsonl", "hellaswag_val_subset1000.jsonl");
    link("sciq", "train.jsonl", "validation.jsonl");
    link("sciq", "test.jsonl", "validation.jsonl");
  }

  static bool exists() { return std::filesystem::is_directory(source()); }
  static std::filesystem::path source() { return shared_folder() / "data"; }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  void link(const std::string& task, const std::string& name, const std::string& target) {
    std::error_code ignored;  // the link may exist
    std::filesystem::create_symlink(std::filesystem::absolute(source() / task / target),
                                    folder() / task / name, ignored);
  }

  TemporaryFolder folder_;
};

}  // namespace lamina
