#include "lamina/train/checkpoint.h"

#include <spdlog/fmt/fmt.h>

#include <optional>

#include "lamina/core/code_version.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/hash.h"
#include "lamina/model/checkpoint_weights.h"
#include "lamina/model/config_json.h"
#include "state_file.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

constexpr const char* kModelFile = "model.safetensors";
constexpr const char* kOptimizerFiles = "optimizer.";
constexpr const char* kStateFile = "state.json";

/// State tensors have the order of the model's parameters and are stored under their names.
NamedTensors under_parameter_names(const Decoder& model, const std::vector<at::Tensor>& tensors) {
  NamedTensors named;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    named.emplace_back(model.parameters()[i].name, tensors[i]);
  }
  return named;
}

std::string file_of(const OptimizerState& state) {
  return fmt::format("{}{}.safetensors", kOptimizerFiles, state.name);
}

/// The first file is the tokenizer itself, which may have any name; it is stored under the name by
/// which it is found when the checkpoint is loaded.
std::string tokenizer_file_name(const fs::path& file, std::size_t i) {
  return i == 0 ? "tokenizer" + file.extension().string() : file.filename().string();
}

/// Without the key, transformers would use the id of Llama's own tokenizer.
Json config_with_eos(const ModelSpec& spec, std::optional<std::int64_t> eos_token_id) {
  Json config = config_json(spec);
  if (eos_token_id) config["eos_token_id"] = *eos_token_id;
  return config;
}

enum class Files { kAll, kAllExceptOptimizer };

/// Hashes the files that state.json lists. Throws Error if one differs or cannot be read.
FileHashes check_hashes(const fs::path& folder, const StateFile& file, Files files) {
  FileHashes checked;
  for (const auto& [name, hash] : file.hashes) {
    if (files == Files::kAllExceptOptimizer && name.starts_with(kOptimizerFiles)) continue;
    if (hash_file(folder / name) != hash) {
      throw Error(fmt::format("{}: is damaged: its hash differs from the one in {}",
                              (folder / name).string(), kStateFile));
    }
    checked.emplace(name, hash);
  }
  return checked;
}

}  // namespace

FileHashes check_checkpoint(const fs::path& folder) {
  if (!fs::exists(folder / kStateFile)) return {};
  return check_hashes(folder, read_state_file(folder / kStateFile), Files::kAllExceptOptimizer);
}

void save_checkpoint(const fs::path& folder, const Decoder& model, const Optimizer& optimizer,
                     const TrainingState& state, const CheckpointTokenizer& tokenizer) {
  AtomicDirectory directory(folder);
  StateFile file;
  const auto save = [&](const std::string& name, const NamedTensors& tensors) {
    file.hashes.emplace_back(
        name, write_safetensors(directory.path() / name, tensors, {{"format", "pt"}}));
  };
  save(kModelFile, stored_weights(model));
  for (const OptimizerState& kept : optimizer.states()) {
    save(file_of(kept), under_parameter_names(model, kept.tensors));
  }
  const auto save_text = [&](const std::string& name, const std::string& text) {
    write_file_synced(directory.path() / name, text);
    file.hashes.emplace_back(name, hash_text(text));
  };
  save_text("config.json", config_with_eos(model.spec(), tokenizer.eos_token_id).dump(2) + "\n");
  for (std::size_t i = 0; i < tokenizer.files.size(); ++i) {
    save_text(tokenizer_file_name(tokenizer.files[i], i), read_file(tokenizer.files[i]));
  }
  // Last, because it contains the hashes of all other files.
  file.state = state;
  file.code_version = code_version();
  write_state_file(directory.path() / kStateFile, std::move(file));
  directory.commit();
}

CheckedCheckpoint check_training_checkpoint(const fs::path& folder) {
  StateFile file = read_state_file(folder / kStateFile);
  check_hashes(folder, file, Files::kAll);
  return {std::move(file.state), std::move(file.hash)};
}

void load_checkpoint(const fs::path& folder, const TrainingState& state, Decoder& model,
                     Optimizer& optimizer) {
  read_weights(folder, model);
  for (const OptimizerState& kept : optimizer.states()) {
    read_tensors(folder / file_of(kept), under_parameter_names(model, kept.tensors));
  }
  optimizer.set_num_steps(state.optimizer_steps);
}

}  // namespace lamina
