#include "model/tensor_files.h"

#include <spdlog/fmt/fmt.h>

#include <set>

#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/strict_json.h"
#include "lamina/model/checkpoint_weights.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

constexpr const char* kModelFile = "model.safetensors";
constexpr const char* kIndexFile = "model.safetensors.index.json";

/// Tensor name -> file name, from the `weight_map` of an index.
std::map<std::string, std::string> read_index(const fs::path& path) {
  const std::string text = read_file(path);
  std::map<std::string, std::string> shard_of;
  try {
    const auto index = parse_strict_json<nlohmann::json>(text);
    if (!index.at("weight_map").is_object()) throw Error("weight_map is not an object");
    for (const auto& [tensor, file] : index.at("weight_map").items())
      shard_of.emplace(tensor, file.get<std::string>());
  } catch (const nlohmann::json::exception& error) {
    throw Error(fmt::format("{}: {}", path.string(), json_reason(error)));
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", path.string(), error.what()));
  }
  return shard_of;
}

}  // namespace

void TensorFiles::fail(const std::string& what) const {
  throw Error(fmt::format("{}: {}", path_.string(), what));
}

TensorFiles TensorFiles::one(const fs::path& file) {
  TensorFiles result(file);
  result.files_.emplace_back(file);
  for (const std::string& name : result.files_[0].names()) result.file_of_.emplace(name, 0);
  return result;
}

fs::path weights_file(const fs::path& folder) {
  for (const char* name : {kModelFile, kIndexFile}) {
    if (fs::exists(folder / name)) return folder / name;
  }
  throw Error(fmt::format("{}: has neither {} nor {}", folder.string(), kModelFile, kIndexFile));
}

TensorFiles TensorFiles::of_model(const fs::path& folder) {
  const fs::path path = weights_file(folder);
  if (path.filename() == kModelFile) return one(path);
  TensorFiles result(path);
  const auto shard_of = read_index(result.path_);
  std::set<std::string> shards;
  for (const auto& [tensor, file] : shard_of) shards.insert(file);
  for (const std::string& file : shards) result.add_shard(file, shard_of);
  for (const auto& [tensor, file] : shard_of) {
    if (!result.contains(tensor))
      result.fail(fmt::format("tensor {} is not in {}, where the index lists it", tensor, file));
  }
  return result;
}

void TensorFiles::add_shard(const std::string& file,
                            const std::map<std::string, std::string>& shard_of) {
  if (file.empty() || fs::path(file).filename() != file || file == "." || file == "..")
    fail(fmt::format("got file name \"{}\"; expected a file in the same folder", file));
  const fs::path path = path_.parent_path() / file;
  if (!fs::exists(path)) fail(fmt::format("lists {}, which does not exist", file));
  files_.emplace_back(path);
  for (const std::string& name : files_.back().names()) {
    const auto listed = shard_of.find(name);
    if (listed == shard_of.end()) fail(fmt::format("does not list tensor {} of {}", name, file));
    if (listed->second != file) {
      fail(fmt::format("tensor {} is in {}, where the index lists it, and in {}", name,
                       listed->second, file));
    }
    file_of_.emplace(name, files_.size() - 1);
  }
}

at::Tensor TensorFiles::tensor(const std::string& name) const {
  const auto found = file_of_.find(name);
  if (found == file_of_.end()) fail(fmt::format("has no tensor {}", name));
  return files_[found->second].tensor(name);
}

std::vector<std::string> TensorFiles::names() const {
  std::vector<std::string> names;
  for (const auto& [name, file] : file_of_) names.push_back(name);
  return names;
}

}  // namespace lamina
