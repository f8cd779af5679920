#include "lamina/data/sample_order.h"

#include "lamina/core/random.h"

namespace lamina {
namespace {

// Four rounds make a strong pseudorandom permutation (Luby and Rackoff 1988); two more cost little
// and help tiny domains, whose halves have one or two bits.
constexpr std::uint64_t kRounds = 6;

}  // namespace

KeyedPermutation::KeyedPermutation(std::int64_t size, std::uint64_t key)
    : size_(static_cast<std::uint64_t>(size)), key_(key) {
  while (half_bits_ < 32 && (std::uint64_t{1} << (2 * half_bits_)) < size_) ++half_bits_;
  half_mask_ = (std::uint64_t{1} << half_bits_) - 1;
}

std::uint64_t KeyedPermutation::round(std::uint64_t number, std::uint64_t half) const {
  return philox(key_, number, half)[0] & half_mask_;
}

std::uint64_t KeyedPermutation::encrypt(std::uint64_t value) const {
  std::uint64_t left = value >> half_bits_, right = value & half_mask_;
  for (std::uint64_t number = 0; number < kRounds; ++number) {
    const std::uint64_t mixed = left ^ round(number, right);
    left = right;
    right = mixed;
  }
  return left << half_bits_ | right;
}

std::uint64_t KeyedPermutation::decrypt(std::uint64_t value) const {
  std::uint64_t left = value >> half_bits_, right = value & half_mask_;
  for (std::uint64_t number = kRounds; number-- > 0;) {
    const std::uint64_t mixed = right ^ round(number, left);
    right = left;
    left = mixed;
  }
  return left << half_bits_ | right;
}

std::int64_t KeyedPermutation::operator()(std::int64_t i) const {
  std::uint64_t value = encrypt(static_cast<std::uint64_t>(i));
  while (value >= size_) value = encrypt(value);
  return static_cast<std::int64_t>(value);
}

std::int64_t KeyedPermutation::inverse(std::int64_t i) const {
  std::uint64_t value = decrypt(static_cast<std::uint64_t>(i));
  while (value >= size_) value = decrypt(value);
  return static_cast<std::int64_t>(value);
}

std::int64_t sample_at(std::uint64_t seed, std::int64_t position, std::int64_t num_samples) {
  const auto epoch = static_cast<std::uint64_t>(position / num_samples);
  const std::uint64_t key = mix_keys(mix_keys(seed, purpose_of("sample order")), epoch);
  return KeyedPermutation(num_samples, key)(position % num_samples);
}

}  // namespace lamina
