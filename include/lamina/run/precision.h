#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "lamina/train/settings.h"

namespace lamina {

/// bf16 or float32, and why.
struct PrecisionChoice {
  Precision precision = Precision::kFloat32;
  std::string reason;  ///< "this processor has AMX"
};

/// What train.precision means: the named one or, for `auto`, bf16 where the device multiplies bf16
/// matrices faster than float32 ones and float32 elsewhere. A run that has begun keeps the
/// precision in `run_folder`/config.yaml; an empty path: no run.
PrecisionChoice choose_precision(const TrainSettings& train,
                                 const std::filesystem::path& run_folder = {});

/// train.precision in a resolved configuration; nothing where the file or the key is absent, or
/// the key is `auto`. Throws UsageError where the file is not YAML.
std::optional<Precision> saved_precision(const std::filesystem::path& config);

}  // namespace lamina
