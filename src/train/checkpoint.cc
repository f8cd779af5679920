#include "lamina/train/checkpoint.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "lamina/core/code_version.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/hash.h"
#include "lamina/model/checkpoint_weights.h"
#include "lamina/model/config_json.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

constexpr const char* kModelFile = "model.safetensors";
constexpr const char* kOptimizerFiles = "optimizer.";
constexpr const char* kStateFile = "state.json";
constexpr int kFormat = 1;
constexpr const char* kFormatKey = "format";
constexpr const char* kHashKey = "hash";

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

/// The name under which it is found again: the tokenizer itself, the first of the files, may have
/// had any.
std::string tokenizer_file_name(const fs::path& file, std::size_t i) {
  return i == 0 ? "tokenizer" + file.extension().string() : file.filename().string();
}

/// Without it, transformers would take the id that Llama's own tokenizer has.
Json config_with_eos(const ModelSpec& spec, std::optional<std::int64_t> eos_token_id) {
  Json config = config_json(spec);
  if (eos_token_id) config["eos_token_id"] = *eos_token_id;
  return config;
}

enum class Files { kAll, kAllButOptimizer };

FileHashes check_hashes(const fs::path& folder, const Json& hashes, Files files) {
  FileHashes checked;
  for (const auto& [name, hash] : hashes.items()) {
    if (files == Files::kAllButOptimizer && name.starts_with(kOptimizerFiles)) continue;
    if (hash_file(folder / name) != hash.get<std::string>()) {
      throw Error(fmt::format("{}: is damaged: its hash is not the one in {}",
                              (folder / name).string(), kStateFile));
    }
    checked.emplace(name, hash);
  }
  return checked;
}

std::string hash_of_state(Json state) {
  state.erase(kHashKey);
  return hash_text(state.dump());
}

/// Checkpoints of before format 1 have neither key: they load, their state unchecked.
void check_state(const Json& state) {
  if (!state.contains(kFormatKey) && !state.contains(kHashKey)) return;
  if (state.at(kFormatKey) != kFormat) {
    throw Error(fmt::format("{} is {}; this program reads {}", kFormatKey, state[kFormatKey].dump(),
                            kFormat));
  }
  if (state.at(kHashKey) != hash_of_state(state)) {
    throw Error("is damaged: its hash is not the one that it holds");
  }
}

/// Calls `read` with the folder's state.json; what is missing in it becomes Error.
template <class Read>
void with_state(const fs::path& folder, Read read) {
  const fs::path file = folder / kStateFile;
  const Json state = read_json(file);
  try {
    check_state(state);
  } catch (const std::exception& error) {
    throw Error(fmt::format("{}: {}", file.string(), json_reason(error)));
  }
  try {
    read(state);
  } catch (const Json::exception& error) {
    throw Error(fmt::format("{}: {}", file.string(), json_reason(error)));
  }
}

constexpr std::string_view kNameStart = "step-";

std::string checkpoint_name(std::int64_t step) { return fmt::format("{}{:07}", kNameStart, step); }

/// The step of a checkpoint's name; none of a name that checkpoint_name gives for no step.
std::optional<std::int64_t> step_of(const std::string& name) {
  if (!name.starts_with(kNameStart)) return std::nullopt;
  std::int64_t step = 0;
  std::from_chars(name.data() + kNameStart.size(), name.data() + name.size(), step);
  return step >= 0 && name == checkpoint_name(step) ? std::optional(step) : std::nullopt;
}

bool has_ending(const fs::path& path, const char* ending) { return path.extension() == ending; }

/// Of a directory, or of one that was moved aside to be replaced.
fs::path final_path_of(const fs::path& path) {
  return has_ending(path, AtomicDirectory::kAsideEnding) ? fs::path(path).replace_extension()
                                                         : path;
}

/// What writers that died left beside the checkpoints; a run has one writer at a time.
void remove_leftovers(const fs::path& checkpoints) {
  std::vector<fs::path> leftovers;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(checkpoints, missing)) {
    const fs::path& path = entry.path();
    if (!step_of(path.stem().string())) continue;
    const bool is_replaced = AtomicDirectory::find(final_path_of(path)) != path;
    if (is_replaced || has_ending(path, AtomicDirectory::kPartialEnding)) leftovers.push_back(path);
  }
  for (const fs::path& path : leftovers) fs::remove_all(path);
}

}  // namespace

FileHashes check_checkpoint(const fs::path& folder) {
  FileHashes checked;
  if (!fs::exists(folder / kStateFile)) return checked;
  with_state(folder, [&](const Json& json) {
    checked = check_hashes(folder, json.at("hashes"), Files::kAllButOptimizer);
  });
  return checked;
}

fs::path newest_checkpoint(const fs::path& run_folder) {
  const auto checkpoints = list_checkpoints(run_folder);
  if (!checkpoints.empty()) return checkpoints.front();
  throw Error(fmt::format("{}: has no checkpoint; train first", run_folder.string()));
}

fs::path checkpoint_path(const fs::path& run_folder, std::int64_t step) {
  return run_folder / "checkpoints" / checkpoint_name(step);
}

std::vector<fs::path> list_checkpoints(const fs::path& run_folder) {
  std::vector<std::pair<std::int64_t, fs::path>> found;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(run_folder / "checkpoints", missing)) {
    std::error_code unreadable;
    const fs::path final_path = final_path_of(entry.path());
    const auto step = step_of(final_path.filename().string());
    if (!step || !entry.is_directory(unreadable)) continue;
    if (AtomicDirectory::find(final_path) == entry.path()) found.emplace_back(*step, entry.path());
  }
  std::sort(found.rbegin(), found.rend());
  std::vector<fs::path> paths;
  for (auto& [step, path] : found) paths.push_back(std::move(path));
  return paths;
}

void save_checkpoint(const fs::path& folder, const Decoder& model, const Optimizer& optimizer,
                     const TrainingState& state, const CheckpointTokenizer& tokenizer) {
  remove_leftovers(folder.parent_path());
  AtomicDirectory directory(folder);
  Json hashes;
  const auto save = [&](const std::string& file, const NamedTensors& tensors) {
    hashes[file] = write_safetensors(directory.path() / file, tensors, {{"format", "pt"}});
  };
  save(kModelFile, stored_weights(model));
  for (const OptimizerState& kept : optimizer.states()) {
    save(file_of(kept), under_parameter_names(model, kept.tensors));
  }
  const auto save_text = [&](const std::string& file, const std::string& text) {
    write_file_synced(directory.path() / file, text);
    hashes[file] = hash_text(text);
  };
  save_text("config.json", config_with_eos(model.spec(), tokenizer.eos_token_id).dump(2) + "\n");
  for (std::size_t i = 0; i < tokenizer.files.size(); ++i) {
    save_text(tokenizer_file_name(tokenizer.files[i], i), read_file(tokenizer.files[i]));
  }
  Json state_json{{kFormatKey, kFormat},
                  {"step", state.step},
                  {"tokens", state.tokens},
                  {"skipped_steps", state.skipped_steps},
                  {"skipped_in_row", state.skipped_in_row},
                  {"optimizer_steps", state.optimizer_steps},
                  {"wall_seconds", state.wall_seconds},
                  {"evaluation_due", state.evaluation_due},
                  {"identity", state.identity},
                  {"code_version", code_version()},
                  {"hashes", hashes}};
  state_json[kHashKey] = hash_of_state(state_json);
  write_file_synced(directory.path() / kStateFile, state_json.dump(2) + "\n");
  directory.commit();
}

CheckedCheckpoint check_training_checkpoint(const fs::path& folder) {
  CheckedCheckpoint checked;
  with_state(folder, [&](const Json& json) {
    checked.hash = hash_of_state(json);
    checked.state = {.step = json.at("step"),
                     .tokens = json.at("tokens"),
                     .skipped_steps = json.at("skipped_steps"),
                     .skipped_in_row = json.value("skipped_in_row", std::int64_t{0}),
                     .optimizer_steps = json.at("optimizer_steps"),
                     .wall_seconds = json.at("wall_seconds"),
                     .evaluation_due = json.value("evaluation_due", false),
                     .identity = json.at("identity")};
    check_hashes(folder, json.at("hashes"), Files::kAll);
  });
  return checked;
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
