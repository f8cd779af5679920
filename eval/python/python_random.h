#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lamina {

/// The random stream of Python's random.Random(seed), bit for bit: MT19937 (Matsumoto and
/// Nishimura 1998) and the draws that Python makes of it. The harness's few-shot examples and
/// bootstrap errors are defined by it.
class PythonRandom {
 public:
  /// `seed` below 2^32 is one key word, as CPython has it; larger ones are two.
  explicit PythonRandom(std::uint64_t seed);

  std::uint32_t next32() {
    if (next_ == kWords) refill();
    std::uint32_t y = state_[next_++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9D2C5680U;
    y ^= (y << 15) & 0xEFC60000U;
    return y ^ (y >> 18);
  }

  /// `bits` random bits, 1 to 32: getrandbits.
  std::uint32_t bits(int bits) { return next32() >> (32 - bits); }

  /// Uniform in [0, 1) with 53 bits: random().
  double uniform() {
    const std::uint32_t high = next32() >> 5, low = next32() >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
  }

  /// Uniform in [0, n), 0 < n < 2^32: _randbelow.
  std::uint32_t below(std::uint32_t n);

  /// `count` different numbers of [0, n) in Python's order: sample(range(n), count), count <= n.
  std::vector<std::size_t> sample(std::size_t n, std::size_t count);

 private:
  static constexpr std::size_t kWords = 624;

  void refill();

  std::array<std::uint32_t, kWords> state_{};
  std::size_t next_ = kWords;
};

}  // namespace lamina
