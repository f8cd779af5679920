#include "lamina/text/corpus.h"

#include <fnmatch.h>
#include <glob.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "lamina/core/error.h"
#include "lamina/core/json_lines.h"
#include "lamina/core/stop_signal.h"
#include "lamina/text/rows.h"
#include "lamina/text/utf8.h"
#include "rows/row_format.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

bool has_wildcard(const fs::path& path) {
  return path.string().find_first_of("*?[") != std::string::npos;
}

CorpusFile corpus_file(const fs::path& path, const fs::path& name) {
  return {path, name.generic_string(), static_cast<std::int64_t>(fs::file_size(path))};
}

/// False for what lies beside the data in a folder written by `datasets`' save_to_disk: its
/// descriptions and its caches. Its state.json names the data.
bool is_saved_data(const fs::path& path) {
  const fs::path name = path.filename();
  for (const char* description : {"state.json", "dataset_info.json", "dataset_dict.json"}) {
    if (name == description) return false;
  }
  const fs::path state = path.parent_path() / "state.json";
  if (name.extension() != ".arrow" || !fs::exists(state)) return true;
  const Json json = read_json(state);
  if (!json.is_object() || !json.contains("_data_files")) return true;
  const Json& listed = json["_data_files"];
  return std::any_of(listed.begin(), listed.end(), [&](const Json& file) {
    return file.is_object() && file.contains("filename") && file["filename"] == name.string();
  });
}

bool has_known_ending(const fs::path& path) {
  const bool hidden = path.filename().string().starts_with('.');
  return !hidden && (path.extension() == ".txt" || is_row_file(path));
}

bool matches(const fs::path& path, const std::string& pattern) {
  if (pattern.empty()) return has_known_ending(path) && is_saved_data(path);
  return ::fnmatch(pattern.c_str(), path.filename().c_str(), FNM_PERIOD) == 0;
}

/// A loop of symbolic links ends in an error of the system, which names it.
std::vector<CorpusFile> files_below(const fs::path& folder, const std::string& pattern) {
  std::vector<CorpusFile> files;
  fs::recursive_directory_iterator entry(folder, fs::directory_options::follow_directory_symlink);
  for (; entry != fs::end(entry); ++entry) {
    if (entry->is_directory()) {
      if (entry->path().filename().string().starts_with('.')) entry.disable_recursion_pending();
    } else if (matches(entry->path(), pattern)) {
      files.push_back(corpus_file(entry->path(), entry->path().lexically_relative(folder)));
    }
  }
  std::sort(files.begin(), files.end(),
            [](const CorpusFile& a, const CorpusFile& b) { return a.name < b.name; });
  return files;
}

/// What the shell would make of a pattern, sorted.
std::vector<fs::path> paths_matching(const fs::path& pattern) {
  glob_t found{};
  const int status = ::glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<fs::path> paths(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (status != 0) throw Error(fmt::format("{}: matches no file or folder", pattern.string()));
  return paths;
}

/// The folders in front of the first that holds a wildcard.
fs::path fixed_part(const fs::path& pattern) {
  fs::path fixed;
  for (const fs::path& part : pattern.parent_path()) {
    if (has_wildcard(part)) break;
    fixed /= part;
  }
  return fixed;
}

std::vector<CorpusFile> files_of_pattern(const fs::path& place, const std::string& pattern) {
  std::vector<CorpusFile> files;
  for (const fs::path& path : paths_matching(place)) {
    const fs::path name = path.lexically_relative(fixed_part(place));
    if (!fs::is_directory(path)) {
      files.push_back(corpus_file(path, name));
      continue;
    }
    for (CorpusFile& file : files_below(path, pattern)) {
      file.name = (name / file.name).generic_string();
      files.push_back(std::move(file));
    }
  }
  return files;
}

/// Splits that `datasets` saved side by side are meant to be kept apart: read as one, validation
/// rows would be trained on.
void check_one_split(std::span<const CorpusFile> files) {
  std::map<fs::path, std::set<std::string>> splits;  // of each DatasetDict
  for (const CorpusFile& file : files) {
    const fs::path split = file.path.parent_path();
    if (file.path.extension() != ".arrow") continue;
    if (!fs::exists(split.parent_path() / "dataset_dict.json")) continue;
    splits[split.parent_path()].insert(split.filename().string());
  }
  for (const auto& [folder, names] : splits) {
    if (names.size() == 1) continue;
    const std::string example = names.contains("train") ? "train" : *names.begin();
    throw Error(fmt::format("{}: holds the splits {}, which `datasets` saved; name one, as {}",
                            folder.string(), fmt::join(names, ", "), (folder / example).string()));
  }
}

[[noreturn]] void fail_no_match(const fs::path& place, const std::string& pattern) {
  if (!pattern.empty()) {
    throw Error(fmt::format("{}: no file in this folder matches \"{}\"", place.string(), pattern));
  }
  throw Error(fmt::format("{}: no file in this folder has a known ending: .txt, {}", place.string(),
                          kRowFileEndings));
}

std::vector<CorpusFile> files_of_place(const fs::path& place, const std::string& pattern) {
  const bool several = is_place_pattern(place) || fs::is_directory(place);
  if (!several && !fs::exists(place)) {
    throw Error(fmt::format("{}: no such file or folder", place.string()));
  }
  std::vector<CorpusFile> files;
  if (!several) {
    files = {corpus_file(place, place.filename())};
  } else {
    files =
        is_place_pattern(place) ? files_of_pattern(place, pattern) : files_below(place, pattern);
  }
  if (files.empty()) fail_no_match(place, pattern);
  check_one_split(files);
  std::erase_if(files, [](const CorpusFile& file) { return file.bytes == 0; });
  if (files.empty()) {
    throw Error(fmt::format("{}: {}", place.string(),
                            several ? "all files that match are empty" : "the file is empty"));
  }
  return files;
}

/// The same text twice would count double, or be trained on and held out at once.
void check_reached_once(std::span<const CorpusFile> files) {
  std::unordered_map<std::string, const CorpusFile*> seen;
  for (const CorpusFile& file : files) {
    const auto [first, added] = seen.emplace(fs::canonical(file.path).string(), &file);
    if (!added) {
      throw Error(fmt::format("{}: the same file as {}, and each may be taken only once",
                              file.path.string(), first->second->path.string()));
    }
  }
}

}  // namespace

bool is_place_pattern(const fs::path& place) { return has_wildcard(place) && !fs::exists(place); }

std::vector<CorpusFile> list_corpus_files(std::span<const fs::path> places,
                                          const std::string& pattern) {
  std::vector<CorpusFile> files;
  try {
    for (const fs::path& place : places) {
      const auto found = files_of_place(place, pattern);
      files.insert(files.end(), found.begin(), found.end());
    }
    check_reached_once(files);
  } catch (const fs::filesystem_error& error) {
    throw Error(fmt::format("{}: {}", error.path1().string(), error.code().message()));
  }
  return files;
}

namespace {

/// As first_invalid_utf8, for any length: throws Stopped once the process is asked to stop. A part
/// ends where a character begins.
std::size_t first_invalid_or_stop(std::string_view text) {
  constexpr std::size_t kPartBytes = 64 << 20;
  for (std::size_t begin = 0; begin < text.size();) {
    throw_if_stopped("while reading text; no token file was written");
    const std::size_t end = next_character_start(text, std::min(text.size(), begin + kPartBytes));
    const std::size_t bad = begin + first_invalid_utf8(text.substr(begin, end - begin));
    if (bad < end) return bad;
    begin = end;
  }
  return text.size();
}

}  // namespace

std::vector<TextPiece> whole_files(std::span<const CorpusFile> files) {
  std::vector<TextPiece> pieces;
  for (const CorpusFile& file : files) pieces.push_back({file.path, file.name, 0, file.bytes});
  return pieces;
}

std::string_view piece_bytes(const MappedFile& file, const TextPiece& piece) {
  const auto bytes = file.bytes();
  if (static_cast<std::int64_t>(bytes.size()) < piece.end) {
    throw Error(fmt::format("{}: has become shorter while it was in use: {} bytes, {} before",
                            piece.path.string(), bytes.size(), piece.end));
  }
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto begin = static_cast<std::size_t>(piece.begin);
  return text.substr(begin, static_cast<std::size_t>(piece.end) - begin);
}

PieceText::PieceText(const TextPiece& piece) : file_(piece.path), text_(piece_bytes(file_, piece)) {
  const std::size_t bad = first_invalid_or_stop(text_);
  if (bad == text_.size()) return;
  const char* start = text_.data() - piece.begin;  // lines count from the start of the file
  throw Error(fmt::format("{}:{}: not UTF-8: byte 0x{:02X} at offset {}", piece.path.string(),
                          1 + std::count(start, text_.data() + bad, '\n'),
                          static_cast<unsigned char>(text_[bad]),
                          static_cast<std::size_t>(piece.begin) + bad));
}

}  // namespace lamina
