#include "state_file.h"

#include <spdlog/fmt/fmt.h>

#include "lamina/config/json.h"
#include "lamina/config/reader.h"
#include "lamina/config/writer.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/hash.h"
#include "lamina/record/format_version.h"

namespace lamina {
namespace {

/// Of the compact JSON without the key `hash`.
std::string hash_of(const StateFile& file) {
  Json json = settings_json(file);
  json.erase("hash");
  return hash_text(json.dump());
}

}  // namespace

StateFile read_state_file(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  StateFile file;
  reading_file([&] {
    const Node root = parse_json(text, path.string());
    check_format_version(root, StateFile::kFormatVersion);
    read_settings(root, file);
  });
  if (file.hash != hash_of(file)) {
    throw Error(fmt::format("{}: is damaged: its hash differs from the one in it", path.string()));
  }
  return file;
}

void write_state_file(const std::filesystem::path& path, StateFile file) {
  file.hash = hash_of(file);
  write_file_synced(path, settings_json(file).dump(2) + "\n");
}

}  // namespace lamina
