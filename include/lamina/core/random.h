#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace lamina {

/// Philox4x32-10 (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011): four
/// random words that are a pure function of a 64-bit key and a 128-bit counter. There is no state:
/// any thread or rank can compute any element of any stream directly.
std::array<std::uint32_t, 4> philox(std::uint64_t key, std::uint64_t counter_high,
                                    std::uint64_t counter_low);

/// One key from a seed and a purpose: a 64-bit word that depends on every bit of both.
std::uint64_t mix_keys(std::uint64_t seed, std::uint64_t purpose);

/// The purpose of a name, for mix_keys: its 64-bit FNV-1a hash.
std::uint64_t purpose_of(std::string_view name);

/// Integer `index` of the stream `key`, uniform in [0, bound) for bound > 0. The bias of the
/// 128-bit multiply of 64 random bits is below bound / 2^64.
std::uint64_t random_below(std::uint64_t bound, std::uint64_t key, std::uint64_t index);

/// Standard normal number `index` of the stream `key` (Box-Muller on two 32-bit uniforms).
double random_normal(std::uint64_t key, std::uint64_t index);

}  // namespace lamina
