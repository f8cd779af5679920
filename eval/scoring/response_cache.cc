#include "lamina/eval/response_cache.h"

#include <cmath>

#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/json_lines.h"
#include "lamina/core/log.h"

namespace lamina {

std::optional<std::vector<Response>> ResponseCache::find(const std::string& key) const {
  std::error_code unreadable;
  if (!std::filesystem::exists(path_of(key), unreadable)) return {};
  try {
    std::vector<Response> responses;
    for (const Json& row : read_json(path_of(key))) {
      responses.push_back({row.at(0).get<double>(), row.at(1).get<bool>()});
    }
    return responses;
  } catch (const std::exception& error) {  // unreadable, or not a list of [number, boolean]
    log_warning("{}: {}; scoring again", path_of(key).string(), error.what());
    return {};
  }
}

void ResponseCache::keep(const std::string& key, std::span<const Response> responses) const {
  Json rows = Json::array();
  for (const Response& response : responses) {
    if (!std::isfinite(response.log_likelihood)) return;
    rows.push_back({response.log_likelihood, response.is_greedy});
  }
  try {
    write_file_atomically(path_of(key), rows.dump() + "\n");
  } catch (const std::exception& error) {
    log_warning("answers are not cached: {}", error.what());
  }
}

}  // namespace lamina
