#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "lamina/core/json_lines.h"

namespace lamina {

/// The newest training step in RUN/metrics.jsonl, read from its last few KiB alone; torn lines and
/// those of a validation are passed over. Nothing when there is none, or no file.
std::optional<Json> newest_step(const std::filesystem::path& metrics);

/// "step 120/500  loss 2.134  20.1 k tokens/s  38 s left"; what a step does not have is left out.
std::string progress_text(const Json& step);

/// "validation perplexity 3.32, 1:15" of a record; "validation perplexity not finite" of a diverged
/// run's.
std::string result_text(const Json& record);

/// The last line that is not blank of what a log holds from byte `start` on, without the time and
/// level of our own log lines; "" when there is none.
std::string last_log_line(const std::filesystem::path& log, std::int64_t start);

/// How a program ended, in words: "exit status 3", "killed by signal 9 (Killed)".
std::string exit_text(int exit_status);

}  // namespace lamina
