#include "lamina/core/stop_signal.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <type_traits>

#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/hash.h"
#include "temporary_folder.h"

namespace lamina {
namespace {

// A process remembers a signal until it ends, so each test starts its own.

TEST(StopSignal, EachOfTheFourIsRecordedByName) {
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1, SIGUSR2}) {
    const auto stopped = [&] {
      watch_stop_signals();
      if (stop_requested()) std::_Exit(1);
      ::raise(signal);
      try {
        throw_if_stopped("while testing");
      } catch (const Stopped& error) {
        std::fputs(error.what(), stderr);
        std::_Exit(kExitStopped);
      }
    };
    EXPECT_EXIT(stopped(), testing::ExitedWithCode(75),
                std::string("stopped by SIG") + ::sigabbrev_np(signal) + " while testing");
  }
}

TEST(StopSignal, SecondInterruptEndsProcess) {
  const auto interrupted = [] {
    watch_stop_signals();
    ::raise(SIGTERM);
    ::raise(SIGINT);
    std::fputs("still here", stderr);
    ::raise(SIGINT);
  };
  EXPECT_EXIT(interrupted(), testing::ExitedWithCode(130), "still here");
}

TEST(StopSignal, NoneButASecondInterruptEndsTheProcess) {
  const auto signalled = [] {
    watch_stop_signals();
    for (const int signal : {SIGTERM, SIGTERM, SIGUSR1, SIGUSR1, SIGUSR2, SIGUSR2, SIGINT, SIGTERM,
                             SIGUSR1, SIGUSR2, SIGTERM}) {
      ::raise(signal);
    }
    std::_Exit(stop_requested() ? 0 : 1);
  };
  EXPECT_EXIT(signalled(), testing::ExitedWithCode(0), "");
}

TEST(StopSignal, HeldBackItIsAnsweredOnceItIsWatched) {
  const auto held = [] {
    hold_stop_signals();
    ::raise(SIGUSR1);
    if (stop_requested()) std::_Exit(1);
    watch_stop_signals();
    std::_Exit(stop_requested() ? 0 : 2);
  };
  EXPECT_EXIT(held(), testing::ExitedWithCode(0), "");
}

TEST(StopSignal, EndsCallThatCannotBeInterrupted) {
  const auto waiting = [] {
    watch_stop_signals();
    const ExitsWhenStopped interruptible("while waiting");
    ::raise(SIGUSR2);
  };
  EXPECT_EXIT(waiting(), testing::ExitedWithCode(75), "stopped by SIGUSR2 while waiting");
}

TEST(StopSignal, IsNotAnErrorForCodeThatHandlesFailures) {
  static_assert(!std::is_base_of_v<Error, Stopped>);
}

TEST(StopSignal, EndsHashing) {
  const TemporaryFolder folder;
  write_file_atomically(folder.path() / "a", "text");
  const auto hashing = [&] {
    watch_stop_signals();
    ::raise(SIGTERM);
    try {
      hash_file(folder.path() / "a");
    } catch (const Stopped&) {
      std::_Exit(kExitStopped);
    }
  };
  EXPECT_EXIT(hashing(), testing::ExitedWithCode(75), "");
}

}  // namespace
}  // namespace lamina
