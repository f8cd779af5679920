#pragma once
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lamina/text/corpus.h"

namespace lamina {

/// Which names are taken from folders and by patterns: the one rule of choose_files.
class NameRule {
 public:
  /// `pattern` for names of files, as fnmatch has it; empty: files of data.
  explicit NameRule(std::string pattern = "") : pattern_(std::move(pattern)) {}

  /// Why the file is left out, apart from what the folders it is in are called; none: it is taken.
  std::optional<LeftOutReason> reason_left_out(const std::filesystem::path& file) const;

  /// Whether a file of the name is hidden: its first character is "." or "_", and the pattern does
  /// not begin with that. Where names_other_endings, "_" begins an ordinary name (`_native.h`).
  bool hides(const std::string& name) const;
  bool hides_folder(const std::string& name) const;

  /// Whether the pattern writes an ending that is none of data ("*.h"), or has no wildcard: then
  /// files of unknown kinds are text, as if each had been named itself.
  bool names_other_endings() const;

  const std::string& pattern() const { return pattern_; }

 private:
  std::string pattern_;
};

/// Files of one place that were taken, and tallies of those that were left out.
class FileChoice {
 public:
  /// Takes the file or leaves it out; `name` is what the corpus knows it by.
  void consider(const std::filesystem::path& file, const std::string& name, const NameRule& rule);

  /// Once, however often it is reached. An Arrow file whose rows an indices mapping chooses becomes
  /// that mapping's state.json (saved_dataset.h). Throws Error naming a broken symbolic link.
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

/// Considers all files below the folder, in order of their names relative to it, each with
/// `name_prefix` before it. Follows symbolic links; throws Error naming one that leads back to a
/// folder that it is in.
void consider_folder(const std::filesystem::path& folder, const std::string& name_prefix,
                     const NameRule& rule, FileChoice& choice);

}  // namespace lamina
