#include "lamina/core/random.h"

#include <cmath>
#include <numbers>

namespace lamina {

std::array<std::uint32_t, 4> philox(std::uint64_t key, std::uint64_t counter_high,
                                    std::uint64_t counter_low) {
  std::array<std::uint32_t, 4> c{
      static_cast<std::uint32_t>(counter_low), static_cast<std::uint32_t>(counter_low >> 32),
      static_cast<std::uint32_t>(counter_high), static_cast<std::uint32_t>(counter_high >> 32)};
  auto k0 = static_cast<std::uint32_t>(key);
  auto k1 = static_cast<std::uint32_t>(key >> 32);
  // The paper's multipliers and key increments (Weyl sequence) for Philox4x32.
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xD2511F53} * c[0];
    const std::uint64_t product1 = std::uint64_t{0xCD9E8D57} * c[2];
    c = {static_cast<std::uint32_t>(product1 >> 32) ^ c[1] ^ k0,
         static_cast<std::uint32_t>(product1),
         static_cast<std::uint32_t>(product0 >> 32) ^ c[3] ^ k1,
         static_cast<std::uint32_t>(product0)};
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return c;
}

std::uint64_t mix_keys(std::uint64_t seed, std::uint64_t purpose) {
  const auto words = philox(seed, 0, purpose);
  return std::uint64_t{words[1]} << 32 | words[0];
}

std::uint64_t purpose_of(std::string_view name) {
  // Offset basis and prime of 64-bit FNV-1a.
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char character : name) {
    hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3;
  }
  return hash;
}

std::uint64_t random_below(std::uint64_t bound, std::uint64_t key, std::uint64_t index) {
  __extension__ using Wide = unsigned __int128;
  const auto words = philox(key, 0, index);
  const std::uint64_t bits = std::uint64_t{words[1]} << 32 | words[0];
  return static_cast<std::uint64_t>(static_cast<Wide>(bits) * bound >> 64);
}

double random_normal(std::uint64_t key, std::uint64_t index) {
  // Four words give two numbers. The high counter 1 separates them from random_below of the same
  // key.
  const auto words = philox(key, 1, index >> 1);
  const std::size_t pair = (index & 1) * 2;
  const double u = (words[pair] + 0.5) * 0x1p-32;  // in (0, 1), so its logarithm is finite
  const double angle = 2 * std::numbers::pi * (words[pair + 1] * 0x1p-32);
  return std::sqrt(-2 * std::log(u)) * std::cos(angle);
}

}  // namespace lamina
