#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "config/error_line.h"
#include "config/run_settings.h"
#include "lamina/config/load.h"
#include "lamina/config/reader.h"
#include "lamina/core/files.h"

namespace lamina {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(LAMINA_SOURCE_DIR) / "tests/config/broken";
constexpr std::size_t kMinFiles = 60;

/// The texts behind "# NAME: " at the starts of lines.
std::vector<std::string> marked_lines(const std::string& text, const std::string& name) {
  const std::string mark = "# " + name + ": ";
  std::vector<std::string> found;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string line = text.substr(start, end - start);
    if (line.starts_with(mark)) found.push_back(line.substr(mark.size()));
    start = end + 1;
  }
  return found;
}

/// From the file's own "# expect:", or the whole of NAME.expect where the file cannot hold it.
std::string expected_message(const fs::path& file) {
  const fs::path beside = fs::path(file).replace_extension(".expect");
  if (fs::exists(beside)) {
    const std::string text = read_file(beside);
    return text.substr(0, text.find('\n'));
  }
  const auto lines = marked_lines(read_file(file), "expect");
  return lines.size() == 1 ? lines[0] : "(the file does not say what it expects)";
}

std::string without_folder(std::string message) {
  const std::string folder = kFolder.string() + "/";
  for (std::size_t at; (at = message.find(folder)) != std::string::npos;) {
    message.erase(at, folder.size());
  }
  return message;
}

std::vector<fs::path> broken_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(BrokenConfigurations, EachGivesItsOneLineMessage) {
  const auto files = broken_files();
  EXPECT_GE(files.size(), kMinFiles);
  for (const fs::path& file : files) {
    const std::string message = error_line([&] {
      RunSettings settings;
      read_settings(load_config(file, marked_lines(read_file(file), "override")), settings);
    });
    EXPECT_EQ(without_folder(message), expected_message(file)) << file.filename();
  }
}

}  // namespace
}  // namespace lamina
