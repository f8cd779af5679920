#include "task_data.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <fstream>

#include "lamina/core/error.h"
#include "lamina/text/rows.h"
#include "split_files.h"

namespace lamina {
namespace {

namespace fs = std::filesystem;

/// The original PIQA has its labels in a separate file, one per line.
void add_labels(const fs::path& file, std::vector<Json>& rows) {
  const std::string name = file.filename().string();
  const fs::path labels = file.parent_path() / (name.substr(0, name.find('.')) + "-labels.lst");
  if (!fs::is_regular_file(labels) || rows.empty() || rows[0].contains("label")) return;
  std::ifstream lines(labels);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    if (count < rows.size()) rows[count]["label"] = line;
  }
  if (count != rows.size()) {
    throw Error(fmt::format("{}: got {} labels; expected {}, one for each row of {}",
                            labels.string(), count, rows.size(), name));
  }
}

bool has_component(const fs::path& path, const std::string& name) {
  return std::find(path.begin(), path.end(), fs::path(name)) != path.end();
}

[[noreturn]] void fail_missing(const TaskDefinition& task, Split split, const fs::path& folder) {
  std::string folders;
  for (const std::string& each : task.folders) folders += (folders.empty() ? "" : ", ") + each;
  const std::string_view name = split_name(split);
  throw UsageError(fmt::format(
      "{}: no {} split under {}; put {}.jsonl, {}-00000-of-00001.parquet or the folder {}/ of "
      "save_to_disk into one of its folders: {}",
      task.name, name, folder.string(), name, name, name, folders));
}

}  // namespace

std::string_view split_name(Split split) {
  if (split == Split::kTrain) return "train";
  if (split == Split::kValidation) return "validation";
  return split == Split::kTest ? "test" : "dev";
}

std::string SplitRows::location_of(const Json* row) const {
  return fmt::format("{}, row {}", files, row - first + 1);
}

TaskData::Files TaskData::files_of(const TaskDefinition& task, Split split) const {
  for (const std::string& folder : task.folders) {
    Files files = split_files(folder_ / folder, split);
    if (!files.empty()) return files;
  }
  fail_missing(task, split, folder_);
}

const std::vector<Json>& TaskData::read(const Files& files) {
  const auto [found, is_new] = read_.try_emplace(files);
  std::vector<Json>& rows = found->second;
  if (!is_new) return rows;
  for (const fs::path& file : files) {
    for_each_row(file, [&](Json&& row) { rows.push_back(std::move(row)); });
  }
  if (files.size() == 1) add_labels(files[0], rows);
  return rows;
}

SplitRows TaskData::rows_of(const TaskDefinition& task, Split split) {
  const Files files = files_of(task, split);
  const std::vector<Json>& all = read(files);
  SplitRows rows{{}, files[0].string(), all.data()};
  if (files.size() > 1) rows.files += fmt::format(" and {} more", files.size() - 1);
  const bool of_subject = task.subject.empty() || has_component(files[0], task.subject);
  for (const Json& row : all) {
    const auto subject = task.subject.empty() ? row.end() : row.find("subject");
    if (subject == row.end() && !of_subject) {
      throw UsageError(fmt::format("{}: {}: no column subject, and the file is not in a folder {}",
                                   task.name, rows.location_of(&row), task.subject));
    }
    if (subject == row.end() || *subject == task.subject) rows.rows.push_back(&row);
  }
  if (rows.rows.empty()) {
    throw UsageError(fmt::format("{}: {} has no rows{}", task.name, rows.files,
                                 task.subject.empty() ? "" : " of subject " + task.subject));
  }
  return rows;
}

}  // namespace lamina
