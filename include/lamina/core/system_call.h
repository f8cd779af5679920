#pragma once
#include <cerrno>

namespace lamina {

/// What a system call returns, called again for as long as signals interrupt it. Not for close,
/// which has closed the file also where it was interrupted.
template <class Call>
auto uninterrupted(const Call& call) {
  for (;;) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

}  // namespace lamina
