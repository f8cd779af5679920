#include "lamina/core/live_lines.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

namespace lamina {
namespace {

/// In columns; 80 if unknown.
std::size_t terminal_width() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/// The one Heartbeat of the process.
Heartbeat& heartbeat() {
  static Heartbeat shared(monotonic_seconds());
  return shared;
}

}  // namespace

double monotonic_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

bool Heartbeat::is_due(const std::string& text, double now_seconds) {
  if (now_seconds - last_seconds_ < kIntervalSeconds || text == last_text_) return false;
  last_seconds_ = now_seconds;
  last_text_ = text;
  return true;
}

LiveLines::LiveLines() : terminal_(::isatty(STDERR_FILENO) == 1) { heartbeat(); }
LiveLines::~LiveLines() { clear(); }

void LiveLines::show(const std::vector<std::string>& lines) {
  if (terminal_) clear();
  std::string out;
  for (const std::string& line : lines) {
    out += (terminal_ ? line.substr(0, terminal_width() - 1) : line) + "\n";
  }
  if (terminal_) {
    num_shown_ = lines.size();
  } else if (!heartbeat().is_due(out, monotonic_seconds())) {
    return;
  }
  std::fputs(out.c_str(), stderr);
}

void LiveLines::clear() {
  // ANSI: moves the cursor up by the lines shown, then erases to the end of the screen.
  if (num_shown_ > 0) std::fprintf(stderr, "\x1b[%zuA\x1b[J", num_shown_);
  num_shown_ = 0;
}

}  // namespace lamina
