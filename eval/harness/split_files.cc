#include "split_files.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <regex>

#include "lamina/core/error.h"
#include "lamina/text/rows.h"

namespace lamina {
namespace {

namespace fs = std::filesystem;
using Files = std::vector<fs::path>;

std::vector<std::string> names_of(Split split) {
  if (split == Split::kTrain) return {"train"};
  if (split == Split::kValidation) return {"validation", "valid", "val", "dev"};
  if (split == Split::kTest) return {"test"};
  return {"dev"};
}

Files entries_of(const fs::path& folder) {
  std::error_code missing;
  Files entries;
  for (const auto& entry : fs::directory_iterator(folder, missing)) entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  return entries;
}

/// Records of a data set, not what its library writes beside them.
bool holds_rows(const fs::path& file) {
  const std::string name = file.filename().string();
  const bool about_rows = name == "state.json" || name == "dataset_info.json" ||
                          name == "dataset_dict.json" || name.starts_with("cache-");
  return !about_rows && is_row_file(file) && fs::is_regular_file(file);
}

Files row_files(const fs::path& folder) {
  Files files = entries_of(folder);
  std::erase_if(files, [](const fs::path& file) { return !holds_rows(file); });
  return files;
}

/// The name without the endings that say its format.
std::string stem_of(const fs::path& file) {
  const fs::path name = file.filename();
  const bool compressed = name.extension() == ".gz" || name.extension() == ".zst";
  return compressed ? name.stem().stem().string() : name.stem().string();
}

/// "train" of train.jsonl.gz and of train-00000-of-00003.parquet.
struct FileName {
  std::string stem;
  int shard = 0, num_shards = 1;
};

FileName file_name(const fs::path& file) {
  static const std::regex shards("(.*)-([0-9]{5})-of-([0-9]{5})");
  const std::string stem = stem_of(file);
  std::smatch match;
  if (!std::regex_match(stem, match, shards)) return {stem};
  return {match[1], std::stoi(match[2]), std::stoi(match[3])};
}

bool has_word(const std::string& text, const std::string& word) {
  const auto is_letter = [&](std::size_t at) {
    return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at])) != 0;
  };
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    if ((at == 0 || !is_letter(at - 1)) && !is_letter(at + word.size())) return true;
  }
  return false;
}

/// Files of one name, all of its shards there once.
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
  throw UsageError(fmt::format("{}: one file or all shards of one are allowed, but there are {}",
                               files.front().parent_path().string(), fmt::join(names, " ")));
}

/// In one folder, without looking further down.
Files files_here(const fs::path& folder, const std::string& word) {
  Files inside = row_files(folder / word);
  if (!inside.empty()) {
    // Numbered parts of another writer (0000.parquet) have no count to check.
    const bool numbered = std::ranges::all_of(inside, [&](const fs::path& file) {
      return file_name(file).num_shards == 1 && file.extension() == inside.front().extension();
    });
    return numbered ? inside : checked(inside);
  }
  const Files all = row_files(folder);
  Files named, containing;
  for (const fs::path& file : all) {
    const std::string stem = file_name(file).stem;
    if (stem == word) named.push_back(file);
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
  std::vector<fs::path> places{folder, folder / "data", folder / "hf_save_to_disk"};
  const std::vector<std::string> words = names_of(split);
  for (const fs::path& inner : entries_of(folder)) {
    if (std::any_of(words.begin(), words.end(),
                    [&](const std::string& word) { return is_saved_to_disk(inner / word); })) {
      places.push_back(inner);
    }
  }
  for (const fs::path& place : places) {
    for (const std::string& word : words) {
      Files files = files_here(place, word);
      if (!files.empty()) return files;
    }
  }
  return {};
}

}  // namespace lamina
