#include "lamina/core/status_file.h"

#include <fstream>

#include "lamina/core/json_lines.h"
#include "lamina/core/log.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

/// The path of the only StatusFile; empty if there is none.
fs::path& status_file() {
  static fs::path path;
  return path;
}

}  // namespace

StatusFile::StatusFile(const fs::path& path) { status_file() = path; }

StatusFile::~StatusFile() {
  std::error_code absent;
  if (!status_file().empty()) fs::remove(status_file(), absent);
  status_file().clear();
}

void write_status(const ProcessStatus& status) {
  if (status_file().empty()) return;
  Json json{{"text", status.text}, {"seconds_left", nullptr}};
  if (status.seconds_left) json["seconds_left"] = *status.seconds_left;
  // Not an OutputFile: a status that cannot be written must not stop the run.
  const fs::path partial = status_file().string() + ".partial";
  std::ofstream stream(partial);
  stream << json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  stream.close();
  std::error_code failed;
  if (stream) fs::rename(partial, status_file(), failed);
  if (stream && !failed) return;
  log_warning("{}: cannot be written", status_file().string());
  status_file().clear();
}

std::optional<ProcessStatus> read_status(const fs::path& path) {
  std::ifstream stream(path);
  const Json json = Json::parse(stream, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("text") || !json["text"].is_string()) return {};
  ProcessStatus status{json["text"].get<std::string>(), {}};
  if (json.contains("seconds_left") && json["seconds_left"].is_number()) {
    status.seconds_left = json["seconds_left"].get<double>();
  }
  return status;
}

}  // namespace lamina
