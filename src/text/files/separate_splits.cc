#include "separate_splits.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "lamina/core/error.h"
#include "lamina/text/data_file.h"
#include "lamina/text/split_names.h"
#include "left_out_text.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

/// A split as messages show it.
struct NamedSplit {
  std::string word;
  std::vector<std::string> files;  ///< only the first
  std::size_t num_files = 0;
  std::string example;  ///< a place with only this split
};

std::string splits_text(std::span<const NamedSplit> splits) {
  std::vector<std::string> parts;
  for (const NamedSplit& split : splits) {
    parts.push_back(fmt::format("{} ({})", split.word, names_text(split.files, split.num_files)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// The path of `folder`, which is a prefix of file.name; file.name is a suffix of file.path.
fs::path path_of_folder(const CorpusFile& file, const std::string& folder) {
  const fs::path name(file.name), wanted(folder);
  auto levels =
      std::distance(name.begin(), name.end()) - std::distance(wanted.begin(), wanted.end());
  fs::path path = file.path;
  for (; levels > 0; --levels) path = path.parent_path();
  return path;
}

NamedSplit named(const DatasetSplit& split, std::span<const CorpusFile> files) {
  const CorpusFile& first = files[split.files[0]];
  NamedSplit result{std::string(split.word), {first.name}, split.files.size(), first.path.string()};
  const fs::path folder = path_of_folder(first, split.folder);
  if (split.name_prefix.empty()) {
    result.example = folder.string();
  } else if (split.files.size() > 1) {
    result.example = (folder / (split.name_prefix + "*")).string();
  }
  return result;
}

std::vector<NamedSplit> splits_by_name(std::span<const CorpusFile> files) {
  std::vector<std::string> names;
  for (const CorpusFile& file : files) names.push_back(file.name);
  std::vector<NamedSplit> splits;
  for (const DatasetSplit& split : splits_among(names)) splits.push_back(named(split, files));
  return splits;
}

/// The splits of a DatasetDict, which may have any names; empty if there is none.
std::vector<NamedSplit> splits_of_dict(std::span<const CorpusFile> files) {
  std::map<fs::path, std::map<std::string, NamedSplit>> dicts;
  for (const CorpusFile& file : files) {
    const fs::path folder = file.path.parent_path();
    if (!fs::exists(folder.parent_path() / "dataset_dict.json")) continue;
    NamedSplit& split = dicts[folder.parent_path()][folder.filename().string()];
    if (split.num_files++ > 0) continue;
    split = {folder.filename().string(), {file.name}, 1, folder.string()};
  }
  std::vector<NamedSplit> splits;
  for (auto& [dict, found] : dicts) {
    if (found.size() < 2) continue;
    for (auto& [name, split] : found) splits.push_back(std::move(split));
    break;
  }
  return splits;
}

/// The training split if there is one, else the first.
std::string example_of(std::span<const NamedSplit> splits) {
  const auto train = std::find_if(splits.begin(), splits.end(),
                                  [](const NamedSplit& split) { return split.word == "train"; });
  return (train == splits.end() ? splits.front() : *train).example;
}

bool all_of_unknown_kind(std::span<const CorpusFile> files) {
  return std::all_of(files.begin(), files.end(), [](const CorpusFile& file) {
    return file_kind(file.path) == FileKind::kUnknown;
  });
}

}  // namespace

void check_one_split(const fs::path& place, std::span<const CorpusFile> files,
                     std::vector<std::string>& warnings) {
  std::vector<NamedSplit> splits = splits_by_name(files);
  if (splits.empty()) splits = splits_of_dict(files);
  if (splits.empty()) return;
  const std::string found = fmt::format("{}: holds several splits of one data set: {}",
                                        place.string(), splits_text(splits));
  if (all_of_unknown_kind(files)) {
    warnings.push_back(found + "; all are read as one data set");
    return;
  }
  throw Error(fmt::format("{}; name one of them, for example {}", found, example_of(splits)));
}

}  // namespace lamina
