#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "lamina/model/safetensors.h"

namespace lamina {

/// The named tensors of one safetensors file, or of all shards of a model.
class TensorFiles {
 public:
  /// The tensors of one file. Throws Error as SafetensorsFile does.
  static TensorFiles one(const std::filesystem::path& file);

  /// The tensors of `model.safetensors` in a folder or, if it does not exist, of the shards that
  /// `model.safetensors.index.json` lists. Throws Error if index and shards differ in their
  /// tensors.
  static TensorFiles of_model(const std::filesystem::path& folder);

  /// The file or the index, for error messages.
  const std::filesystem::path& path() const { return path_; }
  bool contains(const std::string& name) const { return file_of_.contains(name); }
  /// See SafetensorsFile::tensor.
  at::Tensor tensor(const std::string& name) const;
  /// In alphabetical order.
  std::vector<std::string> names() const;

 private:
  explicit TensorFiles(std::filesystem::path path) : path_(std::move(path)) {}
  /// Opens the shard `file` and checks that it has the tensors that the index lists for it.
  void add_shard(const std::string& file, const std::map<std::string, std::string>& shard_of);
  [[noreturn]] void fail(const std::string& what) const;

  std::filesystem::path path_;
  std::vector<SafetensorsFile> files_;
  std::map<std::string, std::size_t> file_of_;  ///< tensor name -> index into files_
};

}  // namespace lamina
