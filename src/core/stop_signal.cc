#include "lamina/core/stop_signal.h"

#include <csignal>
#include <cstdlib>
#include <initializer_list>
#include <string>

namespace lamina {
namespace {

volatile std::sig_atomic_t received_signal = 0;

void remember(int signal) {
  if (signal == SIGINT && received_signal == SIGINT) std::_Exit(128 + SIGINT);
  received_signal = signal;
}

}  // namespace

Stopped::Stopped() : Error(std::string("stopped by ") + stop_signal_name()) {}

void watch_stop_signals() {
  struct sigaction action {};
  action.sa_handler = remember;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) sigaction(signal, &action, nullptr);
}

bool stop_requested() { return received_signal != 0; }

const char* stop_signal_name() {
  switch (received_signal) {
    case SIGTERM:
      return "SIGTERM";
    case SIGINT:
      return "SIGINT";
    case SIGUSR1:
      return "SIGUSR1";
    default:
      return "";
  }
}

}  // namespace lamina
