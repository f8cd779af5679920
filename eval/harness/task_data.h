#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "lamina/core/json_lines.h"
#include "task_definition.h"

namespace lamina {

std::string_view split_name(Split split);

/// The rows of one split of a task, and how messages name them.
struct SplitRows {
  std::vector<const Json*> rows;
  std::string files;
  const Json* first = nullptr;  ///< row of the files, which a task may leave out

  /// "FILE, row 3": counted over all files of the split.
  std::string place_of(const Json* row) const;
};

/// Reads tasks' data from one folder, each file once. Which files are a split's is told in
/// README.md ("Where data are looked for").
class TaskData {
 public:
  explicit TaskData(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// In the order of the files; valid as long as this object. Throws UsageError saying what to put
  /// where when there are none, and when several files could be the split's.
  SplitRows rows_of(const TaskDefinition& task, Split split);

 private:
  using Files = std::vector<std::filesystem::path>;

  Files files_of(const TaskDefinition& task, Split split) const;
  const std::vector<Json>& read(const Files& files);

  std::filesystem::path folder_;
  std::map<Files, std::vector<Json>> read_;
};

}  // namespace lamina
