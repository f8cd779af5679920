#include "lamina/text/corpus.h"

#include <fnmatch.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <unordered_map>

#include "lamina/core/error.h"
#include "lamina/text/utf8.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

CorpusFile corpus_file(const fs::path& path, const fs::path& name) {
  return {path, name.generic_string(), static_cast<std::int64_t>(fs::file_size(path))};
}

bool matches(const fs::path& path, const std::string& pattern) {
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

std::vector<CorpusFile> files_of_place(const fs::path& place, const std::string& pattern) {
  if (!fs::exists(place)) throw Error(fmt::format("{}: no such file or folder", place.string()));
  const bool folder = fs::is_directory(place);
  auto files = folder ? files_below(place, pattern)
                      : std::vector<CorpusFile>{corpus_file(place, place.filename())};
  if (files.empty()) {
    throw Error(fmt::format("{}: no file in this folder matches \"{}\"", place.string(), pattern));
  }
  std::erase_if(files, [](const CorpusFile& file) { return file.bytes == 0; });
  if (files.empty()) {
    throw Error(fmt::format("{}: {}", place.string(),
                            folder ? "all files that match are empty" : "the file is empty"));
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
  const std::size_t bad = first_invalid_utf8(text_);
  if (bad == text_.size()) return;
  const char* start = text_.data() - piece.begin;  // lines count from the start of the file
  throw Error(fmt::format("{}:{}: not UTF-8: byte 0x{:02X} at offset {}", piece.path.string(),
                          1 + std::count(start, text_.data() + bad, '\n'),
                          static_cast<unsigned char>(text_[bad]),
                          static_cast<std::size_t>(piece.begin) + bad));
}

}  // namespace lamina
