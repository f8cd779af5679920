#pragma once
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lamina/text/corpus.h"

namespace lamina {

/// The rule of choose_files: which files of folders and patterns are read.
class NameRule {
 public:
  /// `pattern` for file names, with the syntax of fnmatch(3); empty for files with known endings.
  explicit NameRule(std::string pattern = "") : pattern_(std::move(pattern)) {}

  /// Why the file is left out; nothing if it is read. Ignores the names of the folders above it.
  std::optional<LeftOutReason> reason_left_out(const std::filesystem::path& file) const;

  /// Whether a file with the name is hidden: its first character is "." or "_", and the pattern
  /// does not begin with that character. If names_other_endings(), "_" does not hide (`_native.h`).
  bool hides(const std::string& name) const;
  /// The same for a folder, where the first character of the pattern does not matter.
  bool hides_folder(const std::string& name) const;

  /// Whether the pattern requires an unknown ending ("*.h") or has no wildcard. Then files of
  /// unknown kinds are read as text, as if the user had named each of them.
  bool names_other_endings() const;

  const std::string& pattern() const { return pattern_; }

 private:
  std::string pattern_;
};

/// The files of one place that are read, and counts of those that are left out.
class FileChoice {
 public:
  /// Takes the file or leaves it out, by the rule. `name` becomes CorpusFile::name.
  void consider(const std::filesystem::path& file, const std::string& name, const NameRule& rule);

  /// Takes the file, once, however often it is reached. An Arrow file with an indices mapping is
  /// replaced by the state.json of the mapping (saved_dataset.h). Throws Error on a broken symbolic
  /// link.
  void take(const std::filesystem::path& file, const std::string& name);

  void leave_out(LeftOutReason why, const std::string& name);

  const std::vector<CorpusFile>& files() const { return files_; }
  const LeftOut& left_out() const { return left_out_; }

 private:
  std::vector<CorpusFile> files_;
  LeftOut left_out_;
  std::set<std::filesystem::path> taken_;
  std::set<std::pair<LeftOutReason, std::string>> names_left_out_;
};

/// Considers all files below the folder, sorted by their names relative to it, each name with
/// `name_prefix` prepended. Follows symbolic links; throws Error on one that leads back to a folder
/// that contains it.
void consider_folder(const std::filesystem::path& folder, const std::string& name_prefix,
                     const NameRule& rule, FileChoice& choice);

}  // namespace lamina
