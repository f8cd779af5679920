#include "lamina/core/stop_signal.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "lamina/core/error.h"
#include "lamina/core/process.h"

namespace lamina {
namespace {

constexpr std::array<std::pair<int, const char*>, 4> kSignals{
    {{SIGTERM, "SIGTERM"}, {SIGINT, "SIGINT"}, {SIGUSR1, "SIGUSR1"}, {SIGUSR2, "SIGUSR2"}}};

std::atomic<int> received_signal = 0;
std::atomic<bool> interrupted = false;
std::atomic<bool> has_user = false;  ///< standard error is a terminal; not a local rank
std::atomic<const char*> exit_message = nullptr;  ///< set while an ExitsWhenStopped exists
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free &&
              std::atomic<const char*>::is_always_lock_free);

const char* name_of(int signal) {
  for (const auto& [number, name] : kSignals) {
    if (number == signal) return name;
  }
  return "";
}

/// Async-signal-safe.
void write_error(const char* text) {
  if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) return;  // no other output is left
}

/// The signal handler: only async-signal-safe calls.
void handle_stop_signal(int signal) {
  const int error = errno;
  if (signal == SIGINT && interrupted.exchange(true)) {
    kill_children();
    std::_Exit(128 + SIGINT);
  }
  received_signal = signal;
  if (signal == SIGINT && has_user) write_error("stopping; press Ctrl-C again to end at once\n");
  if (const char* message = exit_message) {
    for (const char* part : {"stopped by ", name_of(signal), " ", message, "\n"}) write_error(part);
    std::_Exit(kExitStopped);
  }
  errno = error;
}

std::string text_of(const std::string& what) {
  const std::string signal = stop_signal_name();
  // Without a signal here, another rank got one.
  return (signal.empty() ? "stopped on request" : "stopped by " + signal) + " " + what;
}

}  // namespace

Stopped::Stopped(const std::string& what) : std::runtime_error(text_of(what)) {}

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const auto& [number, name] : kSignals) sigaddset(&signals, number);
  return signals;
}

void watch_stop_signals() {
  has_user = ::isatty(STDERR_FILENO) == 1 && std::getenv("LOCAL_RANK") == nullptr;
  struct sigaction action {};
  action.sa_handler = handle_stop_signal;
  action.sa_flags = SA_RESTART;  // loops poll stop_requested instead
  action.sa_mask = stop_signals();
  for (const auto& [number, name] : kSignals) sigaction(number, &action, nullptr);
  const sigset_t signals = stop_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

void hold_stop_signals() {
  const sigset_t signals = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

bool stop_requested() { return received_signal != 0; }

void throw_if_stopped(const char* what) {
  if (stop_requested()) throw Stopped(what);
}

const char* stop_signal_name() { return name_of(received_signal); }

ExitsWhenStopped::ExitsWhenStopped(const char* what) {
  exit_message = what;  // first: a signal after the check below ends the process
  if (!stop_requested()) return;
  exit_message = nullptr;
  throw Stopped(what);
}

ExitsWhenStopped::~ExitsWhenStopped() { exit_message = nullptr; }

}  // namespace lamina
