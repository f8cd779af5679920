#pragma once
#include <cstdint>

namespace lamina {

/// A pseudorandom permutation of [0, size), selected by a key: a balanced Feistel network with
/// Philox as round function, on the smallest domain with an even number of bits that contains
/// [0, size), repeated while the value is outside [0, size) (cycle walking: fewer than four
/// iterations on average). Needs no memory. Black and Rogaway, "Ciphers with Arbitrary Finite
/// Domains", CT-RSA 2002.
class KeyedPermutation {
 public:
  /// Needs size >= 1.
  KeyedPermutation(std::int64_t size, std::uint64_t key);

  std::int64_t operator()(std::int64_t i) const;  ///< needs 0 <= i < size
  std::int64_t inverse(std::int64_t i) const;     ///< inverse(operator()(i)) == i

 private:
  std::uint64_t encrypt(std::uint64_t value) const;
  std::uint64_t decrypt(std::uint64_t value) const;
  std::uint64_t round(std::uint64_t number, std::uint64_t half) const;

  std::uint64_t size_;
  std::uint64_t key_;
  unsigned half_bits_ = 1;  ///< the domain has 2 * half_bits_ bits
  std::uint64_t half_mask_;
};

/// Index in [0, num_samples) of the sample at a global position. Every sample occurs once per
/// epoch; the order differs for every seed and epoch. A pure function, the same on every machine.
std::int64_t sample_at(std::uint64_t seed, std::int64_t position, std::int64_t num_samples);

}  // namespace lamina
