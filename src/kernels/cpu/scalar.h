#pragma once
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "kernels/cpu/kernels.h"

#define LAMINA_INLINE inline __attribute__((always_inline))

// All code that table.cc compiles once per instruction set is in an unnamed namespace, so the
// linker cannot merge the versions of different instruction sets.
namespace lamina::cpu {

namespace {

LAMINA_INLINE float to_float(float x) { return x; }
LAMINA_INLINE float to_float(BFloat16 x) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(x.bits) << 16);
}

LAMINA_INLINE void store(float& to, float x) { to = x; }
/// Rounds to nearest, ties to even; NaN stays NaN.
LAMINA_INLINE void store(BFloat16& to, float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  const std::uint32_t rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
  to.bits = static_cast<std::uint16_t>(x == x ? rounded : 0x7FC0u);
}

/// exp(x) within 2 units in the last place, without branches so that it vectorises: 2^n times a
/// polynomial in the remainder, with the coefficients of Cephes' expf. x is clamped to [-87, 88],
/// the range of finite, normal float32 results; NaN gives NaN.
LAMINA_INLINE float fast_exp(float x) {
  const float clamped = std::min(std::max(x, -87.0f), 88.0f);
  const float rounder = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
  const float n = (clamped * 1.44269504088896341f + rounder) - rounder;
  const float r = clamped - n * 0.693359375f + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  return p * std::bit_cast<float>((static_cast<std::int32_t>(n) + 127) << 23);
}

}  // namespace
}  // namespace lamina::cpu
