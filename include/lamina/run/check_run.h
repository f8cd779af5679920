#pragma once
#include "lamina/run/run_settings.h"
#include "lamina/run/scorer.h"

namespace lamina {

/// Throws SettingError where nothing is to be trained on, or by too many ranks. Opens no file.
void check_training_settings(const Run& run);

/// Throws all that `train` would before it reads text: check_training_settings, then tasks, data,
/// tokenizers and files that are missing, and settings that do not fit together. Returns the tasks,
/// which are read by then.
std::vector<RequestedTask> check_trainable(const Run& run);

}  // namespace lamina
