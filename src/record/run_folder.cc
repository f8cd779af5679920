#include "lamina/record/run_folder.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "lamina/core/error.h"
#include "lamina/core/files.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kNameStart = "step-";

std::string checkpoint_name(std::int64_t step) { return fmt::format("{}{:07}", kNameStart, step); }

/// The step of a checkpoint's name; none of a name that checkpoint_name gives for no step.
std::optional<std::int64_t> step_of(const std::string& name) {
  if (!name.starts_with(kNameStart)) return std::nullopt;
  std::int64_t step = 0;
  std::from_chars(name.data() + kNameStart.size(), name.data() + name.size(), step);
  return step >= 0 && name == checkpoint_name(step) ? std::optional(step) : std::nullopt;
}

bool has_ending(const fs::path& path, const char* ending) { return path.extension() == ending; }

/// Of a directory, or of one that was moved aside to be replaced.
fs::path final_path_of(const fs::path& path) {
  return has_ending(path, AtomicDirectory::kAsideEnding) ? fs::path(path).replace_extension()
                                                         : path;
}

}  // namespace

fs::path RunFolder::checkpoint(std::int64_t step) const {
  return checkpoints() / checkpoint_name(step);
}

std::vector<fs::path> RunFolder::list_checkpoints() const {
  std::vector<std::pair<std::int64_t, fs::path>> found;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(checkpoints(), missing)) {
    std::error_code unreadable;
    const fs::path final_path = final_path_of(entry.path());
    const auto step = step_of(final_path.filename().string());
    if (!step || !entry.is_directory(unreadable)) continue;
    if (AtomicDirectory::find(final_path) == entry.path()) found.emplace_back(*step, entry.path());
  }
  std::sort(found.rbegin(), found.rend());
  std::vector<fs::path> paths;
  for (auto& [step, path] : found) paths.push_back(std::move(path));
  return paths;
}

fs::path RunFolder::newest_checkpoint() const {
  const auto all = list_checkpoints();
  if (!all.empty()) return all.front();
  throw Error(fmt::format("{}: has no checkpoint; train first", path_.string()));
}

void RunFolder::remove_partial_checkpoints() const {
  std::vector<fs::path> leftovers;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(checkpoints(), missing)) {
    const fs::path& path = entry.path();
    if (!step_of(path.stem().string())) continue;
    const bool is_replaced = AtomicDirectory::find(final_path_of(path)) != path;
    if (is_replaced || has_ending(path, AtomicDirectory::kPartialEnding)) leftovers.push_back(path);
  }
  for (const fs::path& path : leftovers) fs::remove_all(path);
}

}  // namespace lamina
