#pragma once
#include <filesystem>
#include <span>
#include <string>

#include "lamina/run/run_settings.h"

namespace lamina {

/// The checkpoint that `eval` or `generate` works on, and its settings.
struct ChosenCheckpoint {
  Run run;                           ///< settings, overrides included, and the model
  std::filesystem::path run_folder;  ///< empty: a checkpoint that belongs to no run
  std::filesystem::path folder;      ///< of config.json and weights

  bool is_of_run() const { return !run_folder.empty(); }
};

/// `place`: a configuration file or the folder of a run (its newest checkpoint), one of its
/// checkpoints, or any folder of config.json and weights. `named`, if not empty: another checkpoint
/// of the same model. Overrides are laid over the run's settings.
/// A run's checkpoint has the tokenizer that it keeps, wherever the run's own is now, else the one
/// of the run's settings; one that belongs to no run has the tokenizer in its folder. Overrides may
/// say otherwise. train.precision is resolved.
/// Throws UsageError on what is neither, and on settings that are not allowed.
ChosenCheckpoint choose_checkpoint(const std::filesystem::path& place,
                                   const std::filesystem::path& named,
                                   std::span<const std::string> overrides);

/// Whether the overrides set "section.key".
bool is_overridden(std::span<const std::string> overrides, const char* section, const char* key);

/// Throws UsageError on an override of any other key than these.
void allow_overrides(std::span<const std::string> overrides, std::span<const char* const> keys,
                     const char* command);

}  // namespace lamina
