#include "saved_dataset.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/json_lines.h"
#include "lamina/text/data_file.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

constexpr const char* kStateFile = "state.json";

[[noreturn]] void fail(const fs::path& state, const std::string& what) {
  throw Error(fmt::format("{}: {}", state.string(), what));
}

fs::path listed_file(const fs::path& state, const char* key, const Json& entry) {
  if (!entry.is_object() || !entry.contains("filename") || !entry["filename"].is_string()) {
    fail(state, fmt::format("{}: got {}; expected {{\"filename\": ...}}", key, entry.dump()));
  }
  // Versions of `datasets` before 1.2 could save a reference to a range of rows in a file.
  if (entry.contains("skip") || entry.contains("take")) {
    fail(state, fmt::format("{}: {} selects a part of a file; load the data set with `datasets` "
                            "and save it again",
                            key, entry.dump()));
  }
  const fs::path file = state.parent_path() / entry["filename"].get<std::string>();
  if (!fs::exists(file)) fail(state, fmt::format("lists {}, which is missing", file.string()));
  return file;
}

std::vector<fs::path> listed_files(const fs::path& state, const Json& json, const char* key) {
  std::vector<fs::path> files;
  const auto listed = json.find(key);
  if (listed == json.end() || listed->is_null()) return files;
  if (!listed->is_array())
    fail(state, fmt::format("{}: got {}; expected a list", key, listed->type_name()));
  for (const Json& entry : *listed) files.push_back(listed_file(state, key, entry));
  return files;
}

}  // namespace

std::optional<SavedDataset> saved_dataset(const fs::path& folder) {
  const fs::path state = folder / kStateFile;
  if (!fs::is_regular_file(state)) return std::nullopt;
  const Json json = Json::parse(read_file(state), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("_data_files")) return std::nullopt;
  return SavedDataset{state, listed_files(state, json, "_data_files"),
                      listed_files(state, json, "_indices_data_files")};
}

std::optional<SavedDataset> indexed_dataset(const fs::path& file) {
  const bool is_state = file.filename() == kStateFile;
  if (!is_state && file_kind(file) != FileKind::kArrow) return std::nullopt;
  auto saved = saved_dataset(folder_of(file));
  if (!saved || saved->indices.empty()) return std::nullopt;
  const bool is_listed = std::any_of(saved->data.begin(), saved->data.end(), [&](const auto& data) {
    return data.filename() == file.filename();
  });
  return is_state || is_listed ? saved : std::nullopt;
}

}  // namespace lamina
