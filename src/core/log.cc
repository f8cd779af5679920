#include "lamina/core/log.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "lamina/core/error.h"

namespace lamina {
namespace {

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = spdlog::stderr_color_mt("lamina");
    made->set_pattern("%H:%M:%S %^%L%$ %v");
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *instance;
}

}  // namespace

void set_log_rank(int rank, int num_ranks) {
  const std::string tag = num_ranks > 1 ? fmt::format("[rank {}] ", rank) : "";
  logger().set_pattern("%H:%M:%S %^%L%$ " + tag + "%v");
}

void add_log_file(const std::filesystem::path& path) {
  try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path.string());
    sink->set_pattern("%Y-%m-%d %H:%M:%S %L %v");
    logger().sinks().push_back(std::move(sink));
  } catch (const spdlog::spdlog_ex& error) {
    throw Error(fmt::format("{}: cannot open the log file: {}", path.string(), error.what()));
  }
}

void log_info_line(std::string_view line) { logger().info(line); }
void log_warning_line(std::string_view line) { logger().warn(line); }
void log_error_line(std::string_view line) { logger().error(line); }

}  // namespace lamina
