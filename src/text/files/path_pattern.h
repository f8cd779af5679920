#pragma once
#include <filesystem>
#include <string>

#include "file_choice.h"

namespace lamina {

/// Whether the text has a wildcard: * ? [
bool has_wildcard(const std::string& text);

/// Considers the files and folders that a shell pattern matches, sorted by path; folders with all
/// files below them. As in Python's glob(recursive=True), "**" as a whole path component matches
/// zero or more folders; elsewhere it means "*". Hidden names (NameRule) match only if the pattern
/// has their first character. Names of files are relative to the folder before the first wildcard.
/// `folder_rule` applies to files below matched folders. Throws Error if nothing matches.
void consider_pattern(const std::filesystem::path& pattern, const NameRule& folder_rule,
                      FileChoice& choice);

}  // namespace lamina
