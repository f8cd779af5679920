#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "lamina/model/safetensors.h"

namespace lamina {

/// One safetensors file, or the shards of one model, as one set of named tensors.
class TensorFiles {
 public:
  static TensorFiles one(const std::filesystem::path& file);

  /// `model.safetensors` of a folder or, where there is none, the shards of its index. Throws Error
  /// where index and shards do not name the same tensors.
  static TensorFiles of_model(const std::filesystem::path& folder);

  /// What messages name: the file or the index.
  const std::filesystem::path& path() const { return path_; }
  bool contains(const std::string& name) const { return file_of_.contains(name); }
  at::Tensor tensor(const std::string& name) const;
  std::vector<std::string> names() const;

 private:
  explicit TensorFiles(std::filesystem::path path) : path_(std::move(path)) {}
  void add_shard(const std::string& file, const std::map<std::string, std::string>& shard_of);
  [[noreturn]] void fail(const std::string& what) const;

  std::filesystem::path path_;
  std::vector<SafetensorsFile> files_;
  std::map<std::string, std::size_t> file_of_;
};

}  // namespace lamina
