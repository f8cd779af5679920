#include "lamina/core/live_lines.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace lamina {
namespace {

constexpr double kSecondsBetweenPrints = 10;

std::size_t terminal_width() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

double monotonic_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

LiveLines::LiveLines() : terminal_(::isatty(STDERR_FILENO) == 1) {}
LiveLines::~LiveLines() { clear(); }

void LiveLines::show(const std::vector<std::string>& lines) {
  std::string out;
  if (terminal_) {
    clear();
    for (const std::string& line : lines) out += line.substr(0, terminal_width() - 1) + "\n";
    num_shown_ = lines.size();
  } else if (monotonic_seconds() - last_printed_seconds_ >= kSecondsBetweenPrints) {
    for (const std::string& line : lines) out += line + "\n";
    last_printed_seconds_ = monotonic_seconds();
  }
  std::fputs(out.c_str(), stderr);
}

void LiveLines::clear() {
  if (num_shown_ > 0) std::fprintf(stderr, "\x1b[%zuA\x1b[J", num_shown_);
  num_shown_ = 0;
}

}  // namespace lamina
