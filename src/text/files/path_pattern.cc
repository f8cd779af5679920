#include "path_pattern.h"

#include <fnmatch.h>
#include <spdlog/fmt/fmt.h>

#include <set>
#include <vector>

#include "folder_chain.h"
#include "lamina/core/error.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

constexpr const char* kAnyFolders = "**";

bool has_special_characters(const std::string& part) {
  return part.find_first_of("*?[\\") != std::string::npos;
}

/// The folders before the first part with a wildcard.
fs::path fixed_part(const fs::path& pattern) {
  fs::path fixed;
  for (const fs::path& part : pattern.parent_path()) {
    if (has_wildcard(part.string())) break;
    fixed /= part;
  }
  return fixed;
}

/// The search for one pattern.
class Matching {
 public:
  explicit Matching(const fs::path& pattern) {
    for (const fs::path& part : pattern) {
      const bool repeats = !parts_.empty() && part == kAnyFolders && parts_.back() == part;
      if (!repeats) parts_.push_back(part);
    }
    if (parts_.back() == kAnyFolders) parts_.back() = "*";  // a folder yields all files below it
    last_ = NameRule(parts_.back().string());
  }

  void run() { match("", 0); }
  /// The matching paths, sorted as strings, not by component.
  const std::set<std::string>& found() const { return found_; }
  /// Paths that match except that they are hidden.
  const std::set<std::string>& hidden() const { return hidden_; }
  const NameRule& last_rule() const { return last_; }

 private:
  void match(const fs::path& folder, std::size_t part);
  void match_any_folders(const fs::path& folder, std::size_t part);
  void match_names(const fs::path& folder, std::size_t part);
  void descend(const fs::path& path, std::size_t part);
  bool is_hidden(const std::string& name, const std::string& part) const;

  std::vector<fs::path> parts_;
  NameRule last_;
  FolderChain chain_;
  std::set<std::string> found_;
  std::set<std::string> hidden_;
};

fs::path listed(const fs::path& folder) { return folder.empty() ? fs::path(".") : folder; }

bool Matching::is_hidden(const std::string& name, const std::string& part) const {
  return NameRule(part).hides(name) && (name[0] == '.' || !last_.names_other_endings());
}

/// Matches the remaining parts below `path`, which matches the parts up to and including `part`.
void Matching::descend(const fs::path& path, std::size_t part) {
  if (part + 1 == parts_.size()) {
    found_.insert(path.string());
  } else if (fs::is_directory(path)) {
    match(path, part + 1);
  }
}

void Matching::match(const fs::path& folder, std::size_t part) {
  const std::string name = parts_[part].string();
  if (name == kAnyFolders) {
    match_any_folders(folder, part);
  } else if (has_special_characters(name)) {
    match_names(folder, part);
  } else if (name.empty()) {  // after a trailing slash
    found_.insert(folder.string());
  } else if (fs::exists(fs::symlink_status(folder / name))) {
    descend(folder / name, part);
  }
}

void Matching::match_names(const fs::path& folder, std::size_t part) {
  const std::string pattern = parts_[part].string();
  for (const auto& entry : fs::directory_iterator(listed(folder))) {
    const std::string name = entry.path().filename().string();
    if (::fnmatch(pattern.c_str(), name.c_str(), 0) != 0) continue;
    if (is_hidden(name, pattern)) {
      hidden_.insert((folder / name).string());
    } else {
      descend(folder / name, part);
    }
  }
}

void Matching::match_any_folders(const fs::path& folder, std::size_t part) {
  const auto inside = chain_.enter(listed(folder));
  match(folder, part + 1);
  for (const auto& entry : fs::directory_iterator(listed(folder))) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_directory()) continue;
    if (is_hidden(name, kAnyFolders)) {
      hidden_.insert((folder / name).string());
    } else {
      match_any_folders(folder / name, part);
    }
  }
}

}  // namespace

bool has_wildcard(const std::string& text) {
  return text.find_first_of("*?[") != std::string::npos;
}

void consider_pattern(const fs::path& pattern, const NameRule& folder_rule, FileChoice& choice) {
  Matching matching(pattern);
  matching.run();
  const fs::path fixed = fixed_part(pattern);
  const auto name_of = [&](const fs::path& path) {
    return path.lexically_relative(fixed).generic_string();
  };
  for (const fs::path path : matching.hidden()) {
    choice.leave_out(LeftOutReason::kHidden, name_of(path) + (fs::is_directory(path) ? "/" : ""));
  }
  if (matching.found().empty() && matching.hidden().empty()) {
    throw Error(fmt::format("{}: matches no file or folder", pattern.string()));
  }
  for (const fs::path path : matching.found()) {
    const std::string name = name_of(path);
    if (fs::is_directory(path)) {
      consider_folder(path, name == "." ? "" : name + "/", folder_rule, choice);
    } else {
      choice.consider(path, name, matching.last_rule());
    }
  }
}

}  // namespace lamina
