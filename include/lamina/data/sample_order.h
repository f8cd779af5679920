#pragma once
#include <cstdint>

namespace lamina {

/// A permutation of [0, size) that a key chooses: a balanced Feistel network with Philox as round
/// function on the smallest domain of an even number of bits that holds `size`, applied again while
/// the value is outside [0, size) (cycle walking: on average fewer than four times). Nothing is
/// stored. Black and Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002.
class KeyedPermutation {
 public:
  /// `size` is at least 1.
  KeyedPermutation(std::int64_t size, std::uint64_t key);

  std::int64_t operator()(std::int64_t i) const;  ///< i in [0, size)
  std::int64_t inverse(std::int64_t i) const;     ///< inverse(operator()(i)) == i

 private:
  std::uint64_t encrypt(std::uint64_t value) const;
  std::uint64_t decrypt(std::uint64_t value) const;
  std::uint64_t round(std::uint64_t number, std::uint64_t half) const;

  std::uint64_t size_;
  std::uint64_t key_;
  unsigned half_bits_ = 1;
  std::uint64_t half_mask_;
};

/// Which of `num_samples` samples is read at a global position: each once an epoch, in an order of
/// its own for every seed and epoch. A pure function, the same on every machine.
std::int64_t sample_at(std::uint64_t seed, std::int64_t position, std::int64_t num_samples);

}  // namespace lamina
