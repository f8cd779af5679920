#include "split_files.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <regex>
#include <span>
#include <string_view>

#include "lamina/core/error.h"
#include "lamina/text/data_file.h"
#include "lamina/text/rows.h"
#include "lamina/text/split_names.h"

namespace lamina {
namespace {

namespace fs = std::filesystem;
using Files = std::vector<fs::path>;
using Words = std::span<const std::string_view>;

/// The names that a split may have, in order of preference.
Words names_of(Split split) {
  static constexpr std::string_view kDev[] = {"dev"};
  if (split == Split::kTrain) return kTrainWords;
  if (split == Split::kValidation) return kValidationWords;
  return split == Split::kTest ? Words(kTestWords) : Words(kDev);
}

Files entries_of(const fs::path& folder) {
  std::error_code missing;
  Files entries;
  for (const auto& entry : fs::directory_iterator(folder, missing)) entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  return entries;
}

Files row_files(const fs::path& folder) {
  Files files = data_files_in(folder);
  std::erase_if(files, [](const fs::path& file) { return !has_columns(file); });
  return files;
}

/// The stem is "train" for train.jsonl.gz and for train-00000-of-00003.parquet.
struct FileName {
  std::string stem;
  int shard = 0, num_shards = 1;
};

FileName file_name(const fs::path& file) {
  // `datasets` before 2.13 appended a hash to the count.
  static const std::regex shards("(.*)-([0-9]{5})-of-([0-9]{5})(-[0-9a-f]{16})?");
  const std::string stem = data_file_name(file).stem;
  std::smatch match;
  if (!std::regex_match(stem, match, shards)) return {stem};
  return {match[1], std::stoi(match[2]), std::stoi(match[3])};
}

/// Returns the files if they are one file, or all shards of one file, each once.
Files checked(const Files& files) {
  const FileName first = file_name(files.front());
  const bool one = std::all_of(files.begin(), files.end(), [&](const fs::path& file) {
    const FileName name = file_name(file);
    return name.stem == first.stem && name.num_shards == first.num_shards &&
           name.shard == file_name(files.front()).shard + (&file - files.data());
  });
  if (one && static_cast<std::size_t>(first.num_shards) == files.size()) return files;
  std::vector<std::string> names;
  for (const fs::path& file : files) names.push_back(file.filename().string());
  throw UsageError(fmt::format("{}: got {}; expected one file, or all shards of one file",
                               files.front().parent_path().string(), fmt::join(names, ", ")));
}

/// The files of a split named `word`, in one folder and its subfolder `word`.
Files files_in_folder(const fs::path& folder, std::string_view word) {
  Files inside = row_files(folder / word);
  if (!inside.empty()) {
    // Numbered files of other writers (0000.parquet) do not contain a count to check.
    const bool numbered = std::ranges::all_of(inside, [&](const fs::path& file) {
      return file_name(file).num_shards == 1 && file.extension() == inside.front().extension();
    });
    return numbered ? inside : checked(inside);
  }
  const Files all = row_files(folder);
  Files named, containing;
  for (const fs::path& file : all) {
    const std::string stem = file_name(file).stem;
    if (has_word(stem, word) && stem.size() == word.size()) named.push_back(file);
    if (has_word(stem, word)) containing.push_back(file);
  }
  if (!named.empty()) return checked(named);
  return containing.empty() ? containing : checked(containing);
}

bool is_saved_to_disk(const fs::path& split_folder) {
  return fs::is_regular_file(split_folder / "state.json");
}

}  // namespace

std::vector<fs::path> split_files(const fs::path& folder, Split split) {
  std::vector<fs::path> folders{folder, folder / "data", folder / "hf_save_to_disk"};
  const Words words = names_of(split);
  for (const fs::path& inner : entries_of(folder)) {
    if (std::any_of(words.begin(), words.end(),
                    [&](std::string_view word) { return is_saved_to_disk(inner / word); })) {
      folders.push_back(inner);
    }
  }
  for (const fs::path& place : folders) {
    for (const std::string_view word : words) {
      Files files = files_in_folder(place, word);
      if (!files.empty()) return files;
    }
  }
  return {};
}

}  // namespace lamina
