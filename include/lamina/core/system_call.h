#pragma once
#include <cerrno>

namespace lamina {

/// The result of a system call, repeated while signals interrupt it (EINTR). Not for close, which
/// has closed the descriptor even if it was interrupted.
template <class Call>
auto uninterrupted(const Call& call) {
  for (;;) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

}  // namespace lamina
