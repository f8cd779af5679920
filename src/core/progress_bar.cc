#include "lamina/core/progress_bar.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <utility>

#include "lamina/core/status_file.h"
#include "lamina/core/units.h"

namespace lamina {
namespace {

constexpr double kIntervalSeconds = 0.5;
constexpr double kDelaySeconds = 2;
constexpr int kBarWidth = 24;

/// `done` is a fraction in [0, 1].
std::string bar(double done) {
  const auto filled = static_cast<std::size_t>(done * kBarWidth);
  return std::string(filled, '#') + std::string(kBarWidth - filled, '.');
}

}  // namespace

ProgressBar::ProgressBar(std::string title, std::int64_t total, Readable readable)
    : title_(std::move(title)), total_(std::max<std::int64_t>(1, total)), readable_(readable) {}

void ProgressBar::move_to(std::int64_t done) {
  done_ = std::min(done, total_);
  const double now = monotonic_seconds();
  if (now - start_seconds_ < kDelaySeconds || now - shown_seconds_ < kIntervalSeconds) return;
  shown_seconds_ = now;
  const auto amount = static_cast<double>(done_), total = static_cast<double>(total_);
  const double rate = amount / seconds();
  const std::string text =
      fmt::format("{} of {}, {}/s, {} left", readable_(amount), readable_(total), readable_(rate),
                  rate > 0 ? readable_seconds((total - amount) / rate) : "?");
  live_.show({fmt::format("{} [{}] {}", title_, bar(amount / total), text)});
  write_status({title_ + " " + text, {}});
}

}  // namespace lamina
