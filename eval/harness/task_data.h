#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "lamina/core/json_lines.h"
#include "task_definition.h"

namespace lamina {

/// "train", "validation", "test" or "dev".
std::string_view split_name(Split split);

/// The rows of one split of a task. They are owned by TaskData.
struct SplitRows {
  std::vector<const Json*> rows;
  std::string files;            ///< for messages: "FILE" or "FILE and 2 more"
  const Json* first = nullptr;  ///< first row of the files, which may be of another subject

  /// "FILE, row 3": counted from 1, over all files of the split.
  std::string location_of(const Json* row) const;
};

/// Reads the data of tasks from one folder, each file once. README.md ("Data files") describes
/// which files belong to a split.
class TaskData {
 public:
  explicit TaskData(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// The rows of a split, in file order; valid as long as this object. Throws UsageError if there
  /// are none (with the files to provide) or if several files could be the split.
  SplitRows rows_of(const TaskDefinition& task, Split split);

 private:
  using Files = std::vector<std::filesystem::path>;

  Files files_of(const TaskDefinition& task, Split split) const;
  const std::vector<Json>& read(const Files& files);

  std::filesystem::path folder_;
  std::map<Files, std::vector<Json>> read_;
};

}  // namespace lamina
