#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lamina {

/// The random stream of Python's random.Random(seed), bit for bit: MT19937 (Matsumoto and Nishimura
/// 1998) and Python's methods on it. The few-shot examples and bootstrap errors of
/// lm-evaluation-harness are defined by it. Not thread-safe.
class PythonRandom {
 public:
  /// As in CPython, a seed below 2^32 is a key of one 32-bit word, a larger one of two.
  explicit PythonRandom(std::uint64_t seed);

  /// The next 32 random bits.
  std::uint32_t next32() {
    if (next_ == kNumWords) refill();
    std::uint32_t y = state_[next_++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9D2C5680U;
    y ^= (y << 15) & 0xEFC60000U;
    return y ^ (y >> 18);
  }

  /// getrandbits(bits), 1 <= bits <= 32.
  std::uint32_t bits(int bits) { return next32() >> (32 - bits); }

  /// random(): uniform in [0, 1) with 53 bits.
  double uniform() {
    const std::uint32_t high = next32() >> 5, low = next32() >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
  }

  /// _randbelow(n): uniform in [0, n), n > 0.
  std::uint32_t below(std::uint32_t n);

  /// sample(range(n), count): `count` different numbers, in Python's order; count <= n < 2^32.
  std::vector<std::size_t> sample(std::size_t n, std::size_t count);

 private:
  static constexpr std::size_t kNumWords = 624;

  void refill();

  std::array<std::uint32_t, kNumWords> state_{};
  std::size_t next_ = kNumWords;
};

}  // namespace lamina
