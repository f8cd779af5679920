#pragma once
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lamina/eval/request.h"

namespace lamina {

/// Cache on disk of the answers of a checkpoint, one file FOLDER/KEY.json per task, so that scoring
/// again costs nothing. The key must identify everything that the answers depend on: weights,
/// requests, precision.
class ResponseCache {
 public:
  explicit ResponseCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// The answers that `keep` stored under the key; empty if there are none. A damaged file counts
  /// as missing and is logged as a warning.
  std::optional<std::vector<Response>> find(const std::string& key) const;

  /// Writes the file atomically. Stores nothing if an answer is not finite. Logs a warning, and
  /// does not throw, if the file cannot be written.
  void keep(const std::string& key, std::span<const Response> responses) const;

 private:
  std::filesystem::path path_of(const std::string& key) const { return folder_ / (key + ".json"); }

  std::filesystem::path folder_;
};

}  // namespace lamina
