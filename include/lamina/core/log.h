#pragma once
#include <filesystem>
#include <string_view>

#include <spdlog/fmt/fmt.h>

namespace lamina {

/// Sets the rank of this process. Console lines then start with "[rank N]" if there is more than
/// one rank.
void set_log_rank(int rank, int num_ranks);

/// The rank that was set last; 0 if none was.
int log_rank();

/// Adds a file to which every line is written too; an existing file is appended to. Throws Error if
/// it cannot be opened. If a line cannot be written to it later, as on a full disk, the line is
/// still on the console, and the first such line gives a warning there that names the reason.
void add_log_file(const std::filesystem::path& path);

/// Logs one line at a level, to standard error: standard output is for results. Thread-safe.
void log_info_line(std::string_view line);
void log_warning_line(std::string_view line);
void log_error_line(std::string_view line);

template <class... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
  log_info_line(fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void log_warning(fmt::format_string<Args...> format, Args&&... args) {
  log_warning_line(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace lamina
