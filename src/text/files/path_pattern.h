#pragma once
#include <filesystem>
#include <string>

#include "file_choice.h"

namespace lamina {

/// Whether the text has a character that patterns give a meaning: * ? [
bool has_wildcard(const std::string& text);

/// Considers what the pattern matches, sorted by path: files, and folders with all below them. As
/// in Python's glob(recursive=True), "**" alone between slashes matches any number of folders, none
/// included; elsewhere it is "*". Hidden names (NameRule) match only where the pattern writes their
/// first character. Names of files are relative to the folders before the first wildcard.
/// `folder_rule` holds for files below matched folders. Throws Error where nothing matches.
void consider_pattern(const std::filesystem::path& pattern, const NameRule& folder_rule,
                      FileChoice& choice);

}  // namespace lamina
