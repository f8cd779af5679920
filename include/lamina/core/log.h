#pragma once
#include <filesystem>
#include <string_view>

#include <spdlog/fmt/fmt.h>

namespace lamina {

/// Console lines carry "[rank N]" when there is more than one process.
void set_log_rank(int rank, int num_ranks);

/// The rank that was set; 0 before.
int log_rank();

/// Adds a file that receives every line as well; appends when it exists.
/// Throws Error where it cannot be opened. A line that it cannot take later, as on a full disk, is
/// on the console in any case; the first one of them gives a warning there that says why.
void add_log_file(const std::filesystem::path& path);

/// One line at a level. Logs go to standard error: standard output belongs to results.
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
