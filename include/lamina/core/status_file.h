#pragma once
#include <filesystem>
#include <optional>
#include <string>

namespace lamina {

/// What a process does at the moment.
struct ProcessStatus {
  std::string text;                    ///< one line: "step 12/500 (micro-batch 3/8)"
  std::optional<double> seconds_left;  ///< of all that it has to do, where it can tell
};

/// While one is alive, `write_status` writes to its file: a small one for who has no terminal to
/// watch, which a sweep shows on its own; removed at the end. Format: JSON {"text",
/// "seconds_left"}, replaced as a whole; not synced, and no history of what was. A file that cannot
/// be written gives one warning. At most one at a time.
class StatusFile {
 public:
  explicit StatusFile(const std::filesystem::path& path);
  ~StatusFile();
  StatusFile(const StatusFile&) = delete;
  StatusFile& operator=(const StatusFile&) = delete;
};

/// Does nothing while there is no StatusFile. To be called a few times a second at most.
void write_status(const ProcessStatus& status);

/// Nothing where there is none that can be read.
std::optional<ProcessStatus> read_status(const std::filesystem::path& path);

}  // namespace lamina
