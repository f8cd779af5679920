#include "file_choice.h"

#include <fnmatch.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "folder_chain.h"
#include "lamina/core/error.h"
#include "lamina/text/data_file.h"
#include "left_out_text.h"
#include "path_pattern.h"
#include "saved_dataset.h"
#include "text_signs.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

using Names = std::vector<std::pair<std::string, fs::path>>;  // relative name, path

/// The ending that a name pattern requires, with its dot; "" if it requires none.
std::string written_ending(const std::string& pattern) {
  const std::size_t dot = pattern.rfind('.');
  const bool any =
      dot == std::string::npos || pattern.find_first_not_of("*?", dot + 1) == std::string::npos;
  return any ? "" : pattern.substr(dot);
}

bool may_be_data(const std::string& ending) {
  constexpr const char* kEndings[] = {"x.txt",   "x.jsonl", "x.ndjson", "x.jsonlines",
                                      "x.json",  "x.csv",   "x.tsv",    "x.parquet",
                                      "x.arrow", "x.gz",    "x.zst"};
  const std::string pattern = "x" + ending;
  return std::any_of(std::begin(kEndings), std::end(kEndings), [&](const char* name) {
    return ::fnmatch(pattern.c_str(), name, FNM_CASEFOLD) == 0;
  });
}

/// Sorted, so that messages do not depend on the order of the file system.
std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
  std::vector<fs::directory_entry> entries;
  for (const auto& entry : fs::directory_iterator(folder)) entries.push_back(entry);
  std::sort(entries.begin(), entries.end());
  return entries;
}

void add_names(const fs::path& folder, const std::string& prefix, const NameRule& rule,
               FolderChain& chain, Names& names, FileChoice& choice) {
  const auto inside = chain.enter(folder);
  for (const auto& entry : entries_of(folder)) {
    const std::string own = entry.path().filename().string(), name = prefix + own;
    if (!entry.is_directory()) {
      names.emplace_back(name, entry.path());
    } else if (rule.hides_folder(own)) {
      choice.leave_out(LeftOutReason::kHidden, name + "/");
    } else {
      add_names(entry.path(), name + "/", rule, chain, names, choice);
    }
  }
}

std::int64_t bytes_of(std::span<const fs::path> files) {
  std::int64_t bytes = 0;
  for (const fs::path& file : files) bytes += static_cast<std::int64_t>(fs::file_size(file));
  return bytes;
}

}  // namespace

bool NameRule::names_other_endings() const {
  if (pattern_.empty()) return false;
  if (!has_wildcard(pattern_)) return true;
  const std::string ending = written_ending(pattern_);
  return !ending.empty() && !may_be_data(ending);
}

bool NameRule::hides(const std::string& name) const {
  if (!is_hidden_name(name) || pattern_.starts_with(name[0])) return false;
  return name[0] == '.' || !names_other_endings();
}

bool NameRule::hides_folder(const std::string& name) const {
  return is_hidden_name(name) && (name[0] == '.' || !names_other_endings());
}

std::optional<LeftOutReason> NameRule::reason_left_out(const fs::path& file) const {
  const std::string name = file.filename().string();
  const bool matches = pattern_.empty() || ::fnmatch(pattern_.c_str(), name.c_str(), 0) == 0;
  if (!matches) return LeftOutReason::kPatternMismatch;
  if (hides(name)) return LeftOutReason::kHidden;
  if (is_auxiliary(file)) return LeftOutReason::kAuxiliary;
  if (file_kind(file) != FileKind::kUnknown) return std::nullopt;
  const bool is_text = names_other_endings() && !has_unread_ending(file);
  return is_text ? std::nullopt : std::optional(LeftOutReason::kUnknown);
}

void FileChoice::leave_out(LeftOutReason why, const std::string& name) {
  if (!names_left_out_.emplace(why, name).second) return;
  LeftOutFiles& tally = left_out_[why];
  ++tally.count;
  if (tally.first.size() < kMaxNamesShown) tally.first.push_back(name);
}

void FileChoice::consider(const fs::path& file, const std::string& name, const NameRule& rule) {
  if (const auto why = rule.reason_left_out(file)) {
    leave_out(*why, name);
  } else {
    take(file, name);
  }
}

void FileChoice::take(const fs::path& file, const std::string& name) {
  if (fs::is_symlink(file) && !fs::exists(file)) {
    throw Error(fmt::format("{}: a symbolic link to {}, which does not exist", file.string(),
                            fs::read_symlink(file).string()));
  }
  if (!fs::is_regular_file(file)) return leave_out(LeftOutReason::kUnknown, name);
  CorpusFile taken{file, name, bytes_of({&file, 1})};
  if (const auto indexed = indexed_dataset(file)) {
    taken.path = indexed->state;
    taken.name = (fs::path(name).parent_path() / indexed->state.filename()).generic_string();
    taken.bytes = bytes_of(indexed->data);
  }
  if (!taken_.insert(taken.path).second) return;
  if (taken.bytes == 0) return leave_out(LeftOutReason::kEmpty, name);
  files_.push_back(std::move(taken));
}

void consider_folder(const fs::path& folder, const std::string& name_prefix, const NameRule& rule,
                     FileChoice& choice) {
  Names names;
  FolderChain chain;
  add_names(folder, "", rule, chain, names, choice);
  std::sort(names.begin(), names.end());
  for (const auto& [name, path] : names) choice.consider(path, name_prefix + name, rule);
}

std::vector<fs::path> data_files_in(const fs::path& folder) {
  const NameRule any;
  std::set<fs::path> files;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(folder, missing)) {
    if (!entry.is_regular_file() || any.reason_left_out(entry.path())) continue;
    const auto indexed = indexed_dataset(entry.path());
    files.insert(indexed ? indexed->state : entry.path());
  }
  return {files.begin(), files.end()};
}

}  // namespace lamina
