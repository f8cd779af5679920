#pragma once
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lamina/eval/request.h"

namespace lamina {

/// Answers of a checkpoint to requests, kept on disk, so that scoring the same again costs nothing:
/// FOLDER/KEY.json. The key must name everything that the answers depend on: weights, requests,
/// precision. A damaged file is as if it were not there.
class ResponseCache {
 public:
  explicit ResponseCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::optional<std::vector<Response>> find(const std::string& key) const;
  /// Nothing of answers that are not finite; a warning where the folder cannot be written.
  void keep(const std::string& key, std::span<const Response> responses) const;

 private:
  std::filesystem::path path_of(const std::string& key) const { return folder_ / (key + ".json"); }

  std::filesystem::path folder_;
};

}  // namespace lamina
