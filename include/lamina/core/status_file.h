#pragma once
#include <filesystem>
#include <optional>
#include <string>

namespace lamina {

/// What a process is doing.
struct ProcessStatus {
  std::string text;                    ///< one line: "step 12/500 (micro-batch 3/8)"
  std::optional<double> seconds_left;  ///< until the whole process is done; none if unknown
};

/// While one exists, `write_status` writes to its file, which a sweep or another program reads; the
/// destructor removes the file. Format: JSON {"text", "seconds_left"}, replaced as a whole. Goals:
/// small, never half written. Non-goals: it is not synced and has no history. A file that cannot be
/// written gives one warning and is not tried again. At most one object at a time.
class StatusFile {
 public:
  explicit StatusFile(const std::filesystem::path& path);
  ~StatusFile();
  StatusFile(const StatusFile&) = delete;
  StatusFile& operator=(const StatusFile&) = delete;
};

/// Does nothing if there is no StatusFile. Call it at most a few times per second.
void write_status(const ProcessStatus& status);

/// The status in a file; none if the file is missing or is not a status. Never throws Error.
std::optional<ProcessStatus> read_status(const std::filesystem::path& path);

}  // namespace lamina
