#include "prepare_progress.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <string>

#include "lamina/core/units.h"

namespace lamina {
namespace {

constexpr double kSecondsBetween = 0.5;
constexpr double kQuietSeconds = 2;  // what is done sooner needs no line
constexpr int kBarWidth = 24;

std::string bar(double done) {
  const auto filled = static_cast<std::size_t>(done * kBarWidth);
  return std::string(filled, '#') + std::string(kBarWidth - filled, '.');
}

}  // namespace

PrepareProgress::PrepareProgress(std::int64_t total_bytes)
    : total_bytes_(std::max<std::int64_t>(1, total_bytes)) {}

void PrepareProgress::move_to(std::int64_t bytes) {
  bytes_ = std::min(bytes, total_bytes_);
  const double now = monotonic_seconds();
  if (now - start_seconds_ < kQuietSeconds || now - shown_seconds_ < kSecondsBetween) return;
  shown_seconds_ = now;
  const auto done_bytes = static_cast<double>(bytes_), total = static_cast<double>(total_bytes_);
  const double rate = done_bytes / seconds();
  live_.show({fmt::format("[{}] {} of {}, {}/s, {} left", bar(done_bytes / total),
                          readable_bytes(done_bytes), readable_bytes(total), readable_bytes(rate),
                          rate > 0 ? readable_seconds((total - done_bytes) / rate) : "?")});
}

}  // namespace lamina
