#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "lamina/design/kv_layout.h"

namespace lamina {
namespace {

namespace fs = std::filesystem;

using Cells = std::vector<std::string>;

/// README.md and docs/*.md.
std::vector<fs::path> pages() {
  const fs::path root = LAMINA_SOURCE_DIR;
  std::vector<fs::path> found{root / "README.md"};
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(root / "docs", missing)) {
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  }
  return found;
}

std::string text_of_pages() {
  std::ostringstream text;
  for (const fs::path& page : pages()) text << std::ifstream(page).rdbuf() << '\n';
  return text.str();
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(' '), last = text.find_last_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

Cells cells_of(const std::string& line) {
  Cells cells;
  std::istringstream parts(line.substr(1));
  for (std::string cell; std::getline(parts, cell, '|');) cells.push_back(trimmed(cell));
  return cells;
}

/// The tables of a Markdown text, without the lines of dashes.
std::vector<std::vector<Cells>> tables_of(const std::string& text) {
  std::vector<std::vector<Cells>> tables(1);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("|")) {
      if (!tables.back().empty()) tables.emplace_back();
    } else if (line.find_first_not_of("|-: ") != std::string::npos) {
      tables.back().push_back(cells_of(line));
    }
  }
  return tables;
}

/// Matches "`cla`, factor s": the key, and the parameter with its letter in the suffix.
testing::Matcher<std::string> names(const KvLayoutRow& row) {
  const std::string key = std::string("`") + row.key + "`";
  const std::string with_parameter = key + ", " + row.parameter.key;
  if (*row.parameter.key == '\0') return testing::Eq(key);
  if (!row.parameter.number) return testing::Eq(with_parameter);
  const std::string suffix = row.suffix;
  return testing::Eq(with_parameter + " " + suffix[suffix.find('<') + 1]);
}

// The table in kv_layout.cc is authoritative; the documentation must have the same rows.
TEST(Documentation, LayoutTableEqualsThatOfTheProgram) {
  std::vector<std::vector<Cells>> found;
  for (const auto& table : tables_of(text_of_pages())) {
    const bool is_it = std::ranges::any_of(table, [](const Cells& cells) {
      return cells[0].starts_with(std::string("`") + enum_name(KvLayout::kKeepEnds) + "`");
    });
    if (is_it) found.push_back(table);
  }
  ASSERT_EQ(found.size(), 1u) << "layout tables in README.md and docs/";
  ASSERT_EQ(found[0].size(), kNumKvLayouts + 1) << "a heading and one row per layout";
  for (std::size_t i = 0; i < kNumKvLayouts; ++i) {
    const KvLayoutRow& row = kv_layout_table()[i];
    EXPECT_THAT(found[0][i + 1][0], names(row));
    EXPECT_THAT(found[0][i + 1], testing::Contains(row.meaning)) << row.key;
  }
}

/// Whether a text has a suffix of design names, and not only as part of a longer one.
bool has_suffix(const std::string& text, const std::string& suffix) {
  for (std::size_t at = 0; (at = text.find(suffix, at)) != std::string::npos; ++at) {
    if (text.substr(at + suffix.size(), 1) != "-") return true;
  }
  return false;
}

TEST(Documentation, ExplainsEverySuffixOfADesignName) {
  const std::string text = text_of_pages();
  for (const KvLayoutRow& row : kv_layout_table()) {
    if (*row.suffix != '\0') {
      EXPECT_TRUE(has_suffix(text, row.suffix)) << row.suffix;
    }
  }
}

}  // namespace
}  // namespace lamina
