#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "file_choice.h"
#include "lamina/core/error.h"
#include "lamina/text/corpus.h"
#include "lamina/text/data_file.h"
#include "left_out_text.h"
#include "path_pattern.h"
#include "saved_dataset.h"
#include "separate_splits.h"
#include "text_signs.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

/// Takes a file that the user named, even if its name is hidden.
void take_named(const fs::path& file, FileChoice& choice) {
  if (!fs::exists(file)) throw Error(fmt::format("{}: no such file or folder", file.string()));
  if (!fs::is_regular_file(file)) {
    throw Error(
        fmt::format("{}: neither a regular file nor a folder; text is read more than once, so it "
                    "cannot come from a pipe",
                    file.string()));
  }
  if (is_metadata(file) && !indexed_dataset(file)) {
    throw Error(fmt::format("{}: is metadata, not data; name the data files or their folder",
                            file.string()));
  }
  if (file_kind(file) == FileKind::kUnknown) check_is_text(file);
  choice.take(file, file.filename().generic_string());
}

[[noreturn]] void fail_nothing_taken(const fs::path& place, const std::string& pattern,
                                     const LeftOut& left_out) {
  const bool all_empty = left_out.size() == 1 && left_out.begin()->first == LeftOutReason::kEmpty;
  if (all_empty && !is_place_pattern(place) && !fs::is_directory(place)) {
    throw Error(fmt::format("{}: the file is empty", place.string()));
  }
  const std::string rest = left_out.empty() ? "" : "; left out: " + left_out_text(left_out);
  if (is_place_pattern(place)) {
    throw Error(
        fmt::format("{}: no matching file has a known ending: {}; a pattern that names another "
                    "ending (*.md) reads those files as text{}",
                    place.string(), kDataEndings, rest));
  }
  if (!pattern.empty()) {
    throw Error(
        fmt::format("{}: no file in this folder matches \"{}\"{}", place.string(), pattern, rest));
  }
  throw Error(
      fmt::format("{}: no file in this folder has a known ending: {}; set data.pattern to read "
                  "other files as text{}",
                  place.string(), kDataEndings, rest));
}

FileChoice choice_of_place(const fs::path& place, const std::string& pattern) {
  FileChoice choice;
  if (is_place_pattern(place)) {
    consider_pattern(place, NameRule(pattern), choice);
  } else if (fs::is_directory(place)) {
    consider_folder(place, "", NameRule(pattern), choice);
  } else {
    take_named(place, choice);
  }
  if (choice.files().empty()) fail_nothing_taken(place, pattern, choice.left_out());
  return choice;
}

void add(const LeftOut& more, LeftOut& left_out) {
  for (const auto& [why, files] : more) {
    LeftOutFiles& tally = left_out[why];
    tally.count += files.count;
    for (const std::string& name : files.first) {
      if (tally.first.size() < kMaxNamesShown) tally.first.push_back(name);
    }
  }
}

/// Duplicate text would get double weight, or be both trained on and held out.
void check_reached_once(std::span<const CorpusFile> files) {
  std::unordered_map<std::string, const CorpusFile*> seen;
  for (const CorpusFile& file : files) {
    const auto [first, added] = seen.emplace(fs::canonical(file.path).string(), &file);
    if (!added) {
      throw Error(fmt::format("{}: the same file as {}; each file may be read only once",
                              file.path.string(), first->second->path.string()));
    }
  }
}

/// A file and its compressed copy next to it have the same text.
void check_no_compressed_twin(std::span<const CorpusFile> files) {
  std::set<fs::path> paths;
  for (const CorpusFile& file : files) paths.insert(file.path);
  for (const fs::path& path : paths) {
    if (data_file_name(path).compression == Compression::kNone) continue;
    const fs::path twin = path.parent_path() / path.stem();
    if (!paths.contains(twin)) continue;
    throw Error(
        fmt::format("{} and {} contain the same text; move one of them away, or name the "
                    "files to read",
                    twin.string(), path.string()));
  }
}

/// Warns about text whose first bytes look like rows.
void warn_about_rows(std::span<const CorpusFile> files, std::vector<std::string>& warnings) {
  std::int64_t count = 0;
  std::string first;
  for (const CorpusFile& file : files) {
    const DataFileName name = data_file_name(file.path);
    const bool is_text = name.kind == FileKind::kText || name.kind == FileKind::kUnknown;
    if (!is_text || name.compression != Compression::kNone) continue;
    const std::string hint = row_format_hint(file.path);
    if (!hint.empty() && ++count == 1) first = fmt::format("{} {}", file.path.string(), hint);
  }
  if (count == 0) return;
  warnings.push_back(
      fmt::format("{}{}: read as one text; rename files of rows to .jsonl, .csv or .tsv", first,
                  count == 1 ? "" : fmt::format(" (and {} more)", count - 1)));
}

void add_place(const fs::path& place, const std::string& pattern, ChosenFiles& chosen) {
  const FileChoice choice = choice_of_place(place, pattern);
  check_one_split(place, choice.files(), chosen.warnings);
  check_no_compressed_twin(choice.files());
  chosen.files.insert(chosen.files.end(), choice.files().begin(), choice.files().end());
  add(choice.left_out(), chosen.left_out);
}

}  // namespace

bool is_place_pattern(const fs::path& place) {
  return has_wildcard(place.string()) && !fs::exists(place);
}

ChosenFiles choose_files(std::span<const fs::path> places, const std::string& pattern) {
  if (pattern.find('/') != std::string::npos) {
    throw Error(
        fmt::format("pattern \"{}\": matches file names only, which have no \"/\"; put folders in "
                    "the place instead (corpus/**/*.jsonl)",
                    pattern));
  }
  ChosenFiles chosen;
  try {
    for (const fs::path& place : places) add_place(place, pattern, chosen);
    check_reached_once(chosen.files);
    warn_about_rows(chosen.files, chosen.warnings);
  } catch (const fs::filesystem_error& error) {
    throw Error(fmt::format("{}: {}", error.path1().string(), error.code().message()));
  }
  return chosen;
}

}  // namespace lamina
