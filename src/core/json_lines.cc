#include "lamina/core/json_lines.h"

#include <spdlog/fmt/fmt.h>

#include "lamina/core/error.h"
#include "lamina/core/files.h"

namespace lamina {

std::string json_reason(const std::exception& error) {
  const std::string text = error.what();
  const std::size_t tag = text.starts_with("[json.exception") ? text.find("] ") : text.npos;
  return tag == text.npos ? text : text.substr(tag + 2);
}

JsonLinesWriter::JsonLinesWriter(const std::filesystem::path& path)
    : file_(path, OutputFile::Mode::kAppend) {}

void JsonLinesWriter::write(const Json& object) { file_.write_whole(object.dump() + "\n"); }

std::vector<Json> read_json_lines(const std::filesystem::path& path) {
  std::vector<Json> lines;
  if (!std::filesystem::exists(path)) return lines;
  const std::string text = read_file(path);
  std::size_t start = 0;
  for (std::size_t end; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
    try {
      lines.push_back(Json::parse(text.begin() + static_cast<std::ptrdiff_t>(start),
                                  text.begin() + static_cast<std::ptrdiff_t>(end)));
    } catch (const Json::exception& error) {
      throw Error(fmt::format("{}:{}: {}", path.string(), lines.size() + 1, json_reason(error)));
    }
  }
  return lines;
}

Json read_json(const std::filesystem::path& path) {
  try {
    return Json::parse(read_file(path));
  } catch (const Json::exception& error) {
    throw Error(fmt::format("{}: {}", path.string(), json_reason(error)));
  }
}

}  // namespace lamina
