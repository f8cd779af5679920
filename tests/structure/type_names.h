#pragma once
#include <cctype>
#include <map>
#include <string>
#include <vector>

#include "structure/source_tree.h"

namespace lamina {

/// Where a comment or literal that starts at `at` ends; `at` where there is none.
inline std::size_t end_of_left_out(const std::string& text, std::size_t at) {
  const auto after = [&](const std::string& end, std::size_t from) {
    const std::size_t found = text.find(end, from);
    return found == std::string::npos ? text.size() : found + end.size();
  };
  if (text.compare(at, 2, "//") == 0) return after("\n", at);
  if (text.compare(at, 2, "/*") == 0) return after("*/", at);
  if (text.compare(at, 2, "R\"") == 0) {
    const std::size_t open = text.find('(', at);
    return after(std::string(")").append(text, at + 2, open - at - 2).append("\""), open);
  }
  if (text[at] != '"' && text[at] != '\'') return at;
  std::size_t end = at + 1;
  while (end < text.size() && text[end] != text[at]) end += text[end] == '\\' ? 2u : 1u;
  return end + 1;
}

inline bool is_word_letter(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

/// The words and signs of C++ source; comments, literals and directives of the preprocessor are
/// left out.
inline std::vector<std::string> code_words(const std::vector<std::string>& lines) {
  std::string text;
  bool continued = false;
  for (const std::string& line : lines) {
    const bool directive = continued || line.starts_with('#');
    continued = directive && line.ends_with('\\');
    if (!directive) text += line + "\n";
  }
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t left_out = end_of_left_out(text, at);
    std::size_t end = at;
    while (left_out == at && end < text.size() && is_word_letter(text[end])) ++end;
    if (end == at) end = at + (text.compare(at, 2, "::") == 0 ? 2 : 1);
    const bool is_space = std::isspace(static_cast<unsigned char>(text[at])) != 0;
    if (left_out == at && !is_space) words.push_back(text.substr(at, end - at));
    at = std::max(left_out, end);
  }
  return words;
}

/// What an opening brace belongs to, from the words of its statement.
struct CodeScope {
  enum class Kind { kNamespace, kType, kOther };
  Kind kind = Kind::kOther;
  std::string name;  ///< "" for an unnamed namespace
};

/// Without `template <...>` and what is in parentheses.
inline std::vector<std::string> outer_words(const std::vector<std::string>& words) {
  std::vector<std::string> outer;
  int round = 0, angle = 0;
  for (const std::string& word : words) {
    const bool in_template = !outer.empty() && outer.back() == "template";
    if (word == "(") ++round;
    if (word == "<" && (in_template || angle > 0)) ++angle;
    if (round == 0 && angle == 0) outer.push_back(word);
    if (word == ")") --round;
    if (word == ">" && angle > 0 && --angle == 0) outer.pop_back();
  }
  return outer;
}

inline std::string joined(std::vector<std::string>::const_iterator from,
                          std::vector<std::string>::const_iterator to) {
  std::string text;
  for (; from != to; ++from) text += *from;
  return text;
}

/// The name after struct, class, union or enum if it is defined there, with the arguments of a
/// specialisation; "" for a variable or function of such a type.
inline std::string defined_name(const std::vector<std::string>& words, std::size_t first) {
  const auto begin = words.begin() + static_cast<std::ptrdiff_t>(first);
  auto end = std::find_if(begin, words.end(),
                          [](const std::string& w) { return w == "final" || w == ":"; });
  int depth = 0;
  bool after_name = false;
  for (auto at = begin; at != end; ++at) {
    if (*at == "<") ++depth;
    const bool is_name = std::isalpha(static_cast<unsigned char>(at->front())) != 0;
    if (depth == 0 && is_name && after_name) return "";
    if (depth == 0) after_name = is_name;
    if (*at == ">") --depth, after_name = true;
  }
  return joined(begin, end);
}

inline CodeScope scope_of(const std::vector<std::string>& statement) {
  static const std::set<std::string> class_keys{"struct", "class", "union", "enum"};
  const std::vector<std::string> words = outer_words(statement);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "namespace") {
      return {CodeScope::Kind::kNamespace,
              joined(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end())};
    }
    if (!class_keys.contains(words[i])) continue;
    while (i + 1 < words.size() && class_keys.contains(words[i + 1])) ++i;  // enum class
    const std::string name = defined_name(words, i + 1);
    return {name.empty() ? CodeScope::Kind::kOther : CodeScope::Kind::kType, name};
  }
  return {};
}

/// "lamina::Axis" for each type that a file defines where other files can mean the same: in no
/// unnamed namespace and no function.
inline std::vector<std::string> shared_type_names(const SourceFile& file) {
  std::vector<std::string> names, statement;
  std::vector<CodeScope> open;
  const auto is_hidden = [](const CodeScope& scope) {
    return scope.kind == CodeScope::Kind::kOther || scope.name.empty();
  };
  for (const std::string& word : code_words(file.lines)) {
    if (word == "{") {
      open.push_back(scope_of(statement));
      const bool is_shared = std::none_of(open.begin(), open.end(), is_hidden);
      if (is_shared && open.back().kind == CodeScope::Kind::kType) {
        std::string name;
        for (const CodeScope& scope : open) name += (name.empty() ? "" : "::") + scope.name;
        names.push_back(name);
      }
    }
    if (word == "}" && !open.empty()) open.pop_back();
    const bool ends = word == "{" || word == "}" || word == ";";
    if (ends) statement.clear();
    if (!ends) statement.push_back(word);
  }
  return names;
}

/// "lamina::Axis: src/a.h, src/b.h" for each that is defined twice: undefined behaviour, as the
/// linker keeps one of two inline functions whichever type it was compiled for.
inline std::vector<std::string> types_defined_twice(const std::filesystem::path& root) {
  std::map<std::string, std::vector<std::string>> places;
  for (const SourceFile& file : read_sources(root)) {
    for (const std::string& name : shared_type_names(file)) places[name].push_back(file.path);
  }
  std::vector<std::string> twice;
  for (const auto& [name, paths] : places) {
    if (paths.size() < 2) continue;
    std::string line = name + ":";
    for (const std::string& path : paths) line += (line.back() == ':' ? " " : ", ") + path;
    twice.push_back(line);
  }
  return twice;
}

}  // namespace lamina
