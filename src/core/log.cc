#include "lamina/core/log.h"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <mutex>
#include <utility>

#include "lamina/core/error.h"
#include "lamina/core/output_file.h"

namespace lamina {
namespace {

/// Each line is in the file completely or not at all. The first line that cannot be written gives a
/// warning on the console; it does not go through the logger, which holds its lock here.
class FileSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit FileSink(const std::filesystem::path& path) : file_(path, OutputFile::Mode::kAppend) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    try {
      file_.write_whole({line.data(), line.size()});
    } catch (const Error& error) {
      if (!std::exchange(lacks_lines_, true)) {
        std::fprintf(stderr, "%s; lines that it lacks are on standard error only\n", error.what());
      }
    }
  }
  void flush_() override {}

 private:
  OutputFile file_;
  bool lacks_lines_ = false;
};

int rank_of_process = 0;

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = spdlog::stderr_color_mt("lamina");
    made->set_pattern("%H:%M:%S %^%L%$ %v");
    made->flush_on(spdlog::level::info);  // nothing is lost if the process is killed
    return made;
  }();
  return *instance;
}

}  // namespace

void set_log_rank(int rank, int num_ranks) {
  rank_of_process = rank;
  const std::string tag = num_ranks > 1 ? fmt::format("[rank {}] ", rank) : "";
  logger().set_pattern("%H:%M:%S %^%L%$ " + tag + "%v");
}

int log_rank() { return rank_of_process; }

void add_log_file(const std::filesystem::path& path) {
  auto sink = std::make_shared<FileSink>(path);
  sink->set_pattern("%Y-%m-%d %H:%M:%S %L %v");
  logger().sinks().push_back(std::move(sink));
}

void log_info_line(std::string_view line) { logger().info(line); }
void log_warning_line(std::string_view line) { logger().warn(line); }
void log_error_line(std::string_view line) { logger().error(line); }

}  // namespace lamina
