#include "python_random.h"

#include <bit>
#include <numeric>
#include <unordered_set>

namespace lamina {
namespace {

constexpr std::size_t kMiddle = 397;  // m of MT19937

/// The recurrence of MT19937: the high bit of one word and the low 31 bits of the next, times the
/// matrix A.
std::uint32_t twist(std::uint32_t high, std::uint32_t low) {
  const std::uint32_t y = (high & 0x80000000U) | (low & 0x7FFFFFFFU);
  return (y >> 1) ^ ((y & 1U) != 0 ? 0x9908B0DFU : 0U);
}

std::uint32_t mixed(std::uint32_t before) { return before ^ (before >> 30); }

/// Estimated size of a set of `count` numbers, from CPython's random.sample, which copies the
/// population if it is not larger than this: 21 slots up to 5 numbers, else
/// 21 + 4 ** ceil(log(3 * count, 4)).
std::size_t set_size(std::size_t count) {
  std::size_t slots = 1;
  while (slots < 3 * count) slots *= 4;
  return count > 5 ? 21 + slots : 21;
}

}  // namespace

// init_by_array of MT19937, with the 32-bit words of the seed as key.
PythonRandom::PythonRandom(std::uint64_t seed) {
  const std::array<std::uint32_t, 2> key{static_cast<std::uint32_t>(seed),
                                         static_cast<std::uint32_t>(seed >> 32)};
  const std::uint32_t key_words = key[1] != 0 ? 2 : 1;
  state_[0] = 19650218;
  for (std::uint32_t i = 1; i < kNumWords; ++i) state_[i] = 1812433253U * mixed(state_[i - 1]) + i;
  std::size_t i = 1;
  const auto advance = [&] {
    if (++i == kNumWords) {
      state_[0] = state_[kNumWords - 1];
      i = 1;
    }
  };
  for (std::uint32_t step = 0; step < kNumWords; ++step) {
    const std::uint32_t word = step % key_words;
    state_[i] = (state_[i] ^ (mixed(state_[i - 1]) * 1664525U)) + key.at(word) + word;
    advance();
  }
  for (std::size_t step = 1; step < kNumWords; ++step) {
    state_[i] = (state_[i] ^ (mixed(state_[i - 1]) * 1566083941U)) - static_cast<std::uint32_t>(i);
    advance();
  }
  state_[0] = 0x80000000U;
}

void PythonRandom::refill() {
  // Three loops, so that no index needs a modulo.
  std::size_t i = 0;
  for (; i < kNumWords - kMiddle; ++i)
    state_[i] = state_[i + kMiddle] ^ twist(state_[i], state_[i + 1]);
  for (; i < kNumWords - 1; ++i) {
    state_[i] = state_[i + kMiddle - kNumWords] ^ twist(state_[i], state_[i + 1]);
  }
  state_[i] = state_[kMiddle - 1] ^ twist(state_[i], state_[0]);
  next_ = 0;
}

std::uint32_t PythonRandom::below(std::uint32_t n) {
  const auto width = static_cast<int>(std::bit_width(n));
  std::uint32_t drawn = bits(width);
  while (drawn >= n) drawn = bits(width);
  return drawn;
}

std::vector<std::size_t> PythonRandom::sample(std::size_t n, std::size_t count) {
  std::vector<std::size_t> drawn;
  if (n <= set_size(count)) {
    std::vector<std::size_t> remaining(n);
    std::iota(remaining.begin(), remaining.end(), std::size_t{0});
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = below(static_cast<std::uint32_t>(n - i));
      drawn.push_back(remaining[at]);
      remaining[at] = remaining[n - i - 1];
    }
    return drawn;
  }
  std::unordered_set<std::size_t> seen;
  while (drawn.size() < count) {
    const std::size_t number = below(static_cast<std::uint32_t>(n));
    if (seen.insert(number).second) drawn.push_back(number);
  }
  return drawn;
}

}  // namespace lamina
