#pragma once
#include <csignal>
#include <stdexcept>
#include <string>

namespace lamina {

/// Work was abandoned because a stop was requested; it can be repeated. Not an Error, so that code
/// that handles failures does not catch it: only run_program does, and the process exits with
/// status 75.
class Stopped : public std::runtime_error {
 public:
  /// `what` follows "stopped by SIGTERM " and says what was abandoned and what is kept.
  explicit Stopped(const std::string& what);
};

/// After this call SIGTERM, SIGINT, SIGUSR1 and SIGUSR2 no longer end the process; stop_requested()
/// returns true once one has arrived. A second SIGINT kills the process and its children
/// (core/process.h) immediately.
void watch_stop_signals();

/// Blocks these signals in this thread until `watch_stop_signals` is called, even across exec: a
/// signal that arrives while the next program is loaded stays pending and is not lost.
void hold_stop_signals();

/// The set of these four signals.
sigset_t stop_signals();

/// Whether this process got a stop signal. Thread-safe and cheap. Other ranks may have got one that
/// this rank did not: see ProcessGroup::stop_requested.
bool stop_requested();

/// Throws Stopped(what) if a stop was requested. Cheap: call it often in long loops.
void throw_if_stopped(const char* what);

/// Name of the stop signal that arrived last, such as "SIGTERM"; "" if none has.
const char* stop_signal_name();

/// While one exists, a stop signal ends the process immediately with status 75. For library calls
/// that cannot be interrupted and during which no file is written. Not nested.
class ExitsWhenStopped {
 public:
  /// `what` is as for Stopped and must outlive this object. Throws Stopped if a stop was already
  /// requested.
  explicit ExitsWhenStopped(const char* what);
  ~ExitsWhenStopped();
  ExitsWhenStopped(const ExitsWhenStopped&) = delete;
  ExitsWhenStopped& operator=(const ExitsWhenStopped&) = delete;
};

}  // namespace lamina
