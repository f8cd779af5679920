#pragma once
#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "lamina/core/files.h"

namespace lamina {

/// A source file of the program: its path inside the tree, the module that it belongs to, its
/// lines.
struct SourceFile {
  std::string path;
  std::string module;
  std::vector<std::string> lines;
};

/// What one lamina_module call of a CMakeLists.txt says.
struct ModuleTarget {
  std::string module;
  bool torch = false;
  std::vector<std::string> uses;
};

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// include/lamina/X/... and src/X/... belong to X, eval/... to eval.
inline std::string module_of(const std::filesystem::path& path) {
  std::vector<std::string> parts;
  for (const auto& part : path) parts.push_back(part.string());
  if (parts.at(0) == "eval") return "eval";
  return parts.at(0) == "include" ? parts.at(2) : parts.at(1);
}

inline std::vector<std::filesystem::path> paths_under(const std::filesystem::path& root) {
  std::vector<std::filesystem::path> paths;
  for (const char* top : {"include/lamina", "src", "eval"}) {
    if (!std::filesystem::exists(root / top)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / top)) {
      if (entry.is_regular_file()) paths.push_back(entry.path().lexically_relative(root));
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// Every .h, .cc and .cu file, sorted by path.
inline std::vector<SourceFile> read_sources(const std::filesystem::path& root) {
  static const std::set<std::string> endings{".h", ".cc", ".cu", ".cuh"};
  std::vector<SourceFile> files;
  for (const auto& path : paths_under(root)) {
    if (!endings.contains(path.extension().string())) continue;
    files.push_back({path.string(), module_of(path), lines_of(read_file(root / path))});
  }
  return files;
}

/// The file that a line includes, as written between its quotes or brackets; "" for other lines.
inline std::string included_file(const std::string& line) {
  static const std::regex include(R"re(^\s*#\s*include\s*["<]([^">]+)[">].*)re");
  std::smatch match;
  return std::regex_match(line, match, include) ? match[1].str() : "";
}

inline std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

inline ModuleTarget parse_module_call(const std::string& arguments) {
  static const std::set<std::string> keywords{"TORCH", "SOURCES", "USES", "LIBRARIES"};
  const std::vector<std::string> words = words_of(arguments);
  ModuleTarget target{words.at(0), false, {}};
  std::string keyword;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (keywords.contains(words[i])) {
      keyword = words[i];
      target.torch |= keyword == "TORCH";
    } else if (keyword == "USES") {
      target.uses.push_back(words[i]);
    }
  }
  return target;
}

/// The lamina_module calls of every CMakeLists.txt.
inline std::vector<ModuleTarget> read_module_targets(const std::filesystem::path& root) {
  static const std::regex call(R"(lamina_module\(([^)]*)\))");
  std::vector<ModuleTarget> targets;
  for (const auto& path : paths_under(root)) {
    if (path.filename() != "CMakeLists.txt") continue;
    const std::string text = read_file(root / path);
    for (std::sregex_iterator match(text.begin(), text.end(), call), end; match != end; ++match) {
      targets.push_back(parse_module_call((*match)[1]));
    }
  }
  return targets;
}

}  // namespace lamina
