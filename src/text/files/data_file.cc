#include "lamina/text/data_file.h"

#include <algorithm>
#include <utility>

#include "lamina/core/files.h"
#include "saved_dataset.h"
#include "text_case.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

using KnownEnding = std::pair<std::string_view, FileKind>;
constexpr KnownEnding kKnownEndings[] = {
    {".txt", FileKind::kText},         {".jsonl", FileKind::kJsonLines},
    {".ndjson", FileKind::kJsonLines}, {".jsonlines", FileKind::kJsonLines},
    {".json", FileKind::kJsonLines},   {".csv", FileKind::kCsv},
    {".tsv", FileKind::kTsv},          {".parquet", FileKind::kParquet},
    {".arrow", FileKind::kArrow},
};

constexpr std::string_view kDescriptions[] = {"state.json", "dataset_info.json",
                                              "dataset_infos.json", "dataset_dict.json"};

/// Columnar formats compress internally.
bool may_be_compressed(FileKind kind) {
  return kind != FileKind::kParquet && kind != FileKind::kArrow;
}

FileKind kind_of_ending(std::string_view ending) {
  const auto known = std::find_if(std::begin(kKnownEndings), std::end(kKnownEndings),
                                  [&](const KnownEnding& each) { return each.first == ending; });
  return known == std::end(kKnownEndings) ? FileKind::kUnknown : known->second;
}

Compression compression_of(std::string_view ending) {
  if (ending == ".gz") return Compression::kGzip;
  return ending == ".zst" ? Compression::kZstd : Compression::kNone;
}

bool is_cache_of_datasets(std::string_view name, FileKind kind) {
  return kind == FileKind::kArrow && name.starts_with("cache-");
}

bool is_unlisted_arrow(const fs::path& file, FileKind kind) {
  if (kind != FileKind::kArrow) return false;
  const auto saved = saved_dataset(folder_of(file));
  return saved && std::none_of(saved->data.begin(), saved->data.end(), [&](const fs::path& data) {
           return data.filename() == file.filename();
         });
}

/// Whether this is the PREFIX.json that lamina writes for a token file.
bool is_of_token_file(const fs::path& file) {
  if (file.extension() != ".json") return false;
  return fs::exists(fs::path(file).replace_extension(".idx")) &&
         fs::exists(fs::path(file).replace_extension(".bin"));
}

}  // namespace

DataFileName data_file_name(const fs::path& file) {
  fs::path name = file.filename();
  DataFileName parts;
  parts.compression = compression_of(lower_case(name.extension().string()));
  if (parts.compression != Compression::kNone) name = name.stem();
  parts.kind = kind_of_ending(lower_case(name.extension().string()));
  if (parts.compression != Compression::kNone && !may_be_compressed(parts.kind)) {
    parts.kind = FileKind::kUnknown;
  }
  parts.stem = name.stem().string();
  return parts;
}

bool is_hidden_name(std::string_view name) {
  return name.starts_with('.') || name.starts_with('_');
}

bool is_metadata(const fs::path& file) {
  const std::string name = file.filename().string();
  return std::find(std::begin(kDescriptions), std::end(kDescriptions), name) !=
             std::end(kDescriptions) ||
         is_of_token_file(file);
}

bool is_auxiliary(const fs::path& file) {
  const FileKind kind = file_kind(file);
  return is_metadata(file) || is_unlisted_arrow(file, kind) ||
         is_cache_of_datasets(file.filename().string(), kind);
}

}  // namespace lamina
