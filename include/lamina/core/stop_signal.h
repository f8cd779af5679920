#pragma once
#include <csignal>
#include <stdexcept>
#include <string>

namespace lamina {

/// Work was given up because the process was asked to stop; it can be done again. Not an Error, so
/// that nothing that handles failures takes it for one: run_program alone catches it, and the
/// process exits with status 75.
class Stopped : public std::runtime_error {
 public:
  /// `what` says what was given up and what is kept, after "stopped by SIGTERM ".
  explicit Stopped(const std::string& what);
};

/// After this call SIGTERM, SIGINT, SIGUSR1 and SIGUSR2 no longer end the process: they are
/// remembered, and `stop_requested` tells. A second SIGINT ends it and its children
/// (core/process.h) at once.
void watch_stop_signals();

/// Holds these signals back until `watch_stop_signals` is called, also in a program that this
/// process becomes: one that arrives while a program is being loaded is answered, not lost.
void hold_stop_signals();

/// The four signals.
sigset_t stop_signals();

bool stop_requested();

/// Throws Stopped(what) once a stop was requested. Cheap: long loops ask often.
void throw_if_stopped(const char* what);

/// Name of the signal that asked, e.g. "SIGTERM"; "" when none has.
const char* stop_signal_name();

/// While one is alive, a stop signal ends the process at once with status 75: for calls into a
/// library that nothing interrupts, and during which nothing is written. Not nested.
class ExitsWhenStopped {
 public:
  /// `what` as for Stopped; it outlives this. Throws Stopped where a stop was requested before.
  explicit ExitsWhenStopped(const char* what);
  ~ExitsWhenStopped();
  ExitsWhenStopped(const ExitsWhenStopped&) = delete;
  ExitsWhenStopped& operator=(const ExitsWhenStopped&) = delete;
};

}  // namespace lamina
