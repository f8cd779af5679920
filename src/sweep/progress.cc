#include "lamina/sweep/progress.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <numeric>
#include <ranges>
#include <regex>
#include <string_view>
#include <vector>

#include "lamina/core/error.h"
#include "lamina/core/units.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kTailBytes = 8192;

/// The last lines of a file, at the earliest from byte `start`; the first may be cut.
std::vector<std::string> tail_lines(const fs::path& file, std::int64_t start) {
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  const std::int64_t size = stream ? std::int64_t{stream.tellg()} : 0;
  stream.seekg(std::clamp(size - kTailBytes, std::min(start, size), size));
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string trimmed(const std::string& line) {
  constexpr const char* kBlank = " \t\r";
  const std::size_t first = line.find_first_not_of(kBlank);
  if (first == std::string::npos) return "";
  return line.substr(first, line.find_last_not_of(kBlank) - first + 1);
}

/// A line of lamina's log (core/log.cc) without its time and level.
std::string message_of(const std::string& line) {
  static const std::regex stamp("[0-9]{2}:[0-9]{2}:[0-9]{2} [A-Z] ");
  std::smatch match;
  const bool stamped =
      std::regex_search(line, match, stamp, std::regex_constants::match_continuous);
  return stamped ? match.suffix().str() : line;
}

}  // namespace

std::optional<double> sweep_seconds_left(const SweepTimes& times) {
  std::vector<double> known = times.finished_seconds;
  for (const SweepTimes::RunTime& run : times.running) {
    if (run.seconds_left) known.push_back(run.elapsed_seconds + *run.seconds_left);
  }
  if (known.empty()) return std::nullopt;
  const double mean =
      std::accumulate(known.begin(), known.end(), 0.0) / static_cast<double>(known.size());
  double all = mean * static_cast<double>(times.num_waiting), longest = 0;
  for (const SweepTimes::RunTime& run : times.running) {
    const double left = run.seconds_left.value_or(std::max(0.0, mean - run.elapsed_seconds));
    all += left;
    longest = std::max(longest, left);
  }
  // Perfectly balanced slots, but not before the longest running run ends.
  return std::max(longest, all / static_cast<double>(times.slots));
}

std::string last_log_line(const fs::path& log, std::int64_t start) {
  for (const std::string& line : tail_lines(log, start) | std::views::reverse) {
    if (const std::string text = trimmed(line); !text.empty()) return message_of(text);
  }
  return "";
}

std::string exit_text(int exit_status) {
  const int signal = exit_status - 128;
  if (signal <= 0) return fmt::format("exit status {}", exit_status);
  return fmt::format("killed by signal {} ({})", signal, ::strsignal(signal));
}

}  // namespace lamina
