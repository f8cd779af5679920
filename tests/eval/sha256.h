#pragma once
#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace lamina {

/// SHA-256 (FIPS 180-4) of the added bytes, to compare with the digests of the reference runs.
class Sha256 {
 public:
  Sha256& add(std::string_view bytes) {
    for (const char byte : bytes) {
      block_.at(size_++ % kBlockBytes) = static_cast<unsigned char>(byte);
      if (size_ % kBlockBytes == 0) mix_block();
    }
    return *this;
  }

  std::string hex() {
    const std::uint64_t bits = size_ * 8;
    add("\x80");
    while (size_ % kBlockBytes != kBlockBytes - 8) add(std::string_view("\0", 1));
    for (int shift = 56; shift >= 0; shift -= 8) {
      const char byte = static_cast<char>(bits >> shift);
      add({&byte, 1});
    }
    std::string digits;
    for (const std::uint32_t word : state_) {
      std::array<char, 9> text{};
      std::snprintf(text.data(), text.size(), "%08x", word);
      digits += text.data();
    }
    return digits;
  }

 private:
  static constexpr std::size_t kBlockBytes = 64;

  static std::uint32_t rotated(std::uint32_t x, int by) { return std::rotr(x, by); }

  void mix_block();

  std::array<unsigned char, kBlockBytes> block_{};
  std::uint64_t size_ = 0;
  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
};

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
inline constexpr std::array<std::uint32_t, 64> kSha256Constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

inline void Sha256::mix_block() {
  std::array<std::uint32_t, 64> w{};
  for (std::size_t i = 0; i < 64; ++i) w.at(i / 4 % 16) = w.at(i / 4 % 16) << 8 | block_.at(i);
  for (std::size_t i = 16; i < 64; ++i) {
    const std::uint32_t a = w.at(i - 15), b = w.at(i - 2);
    w.at(i) = w.at(i - 16) + (rotated(a, 7) ^ rotated(a, 18) ^ a >> 3) + w.at(i - 7) +
              (rotated(b, 17) ^ rotated(b, 19) ^ b >> 10);
  }
  auto [a, b, c, d, e, f, g, h] = state_;
  for (std::size_t i = 0; i < 64; ++i) {
    const std::uint32_t t1 = h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) +
                             ((e & f) ^ (~e & g)) + kSha256Constants.at(i) + w.at(i);
    const std::uint32_t t2 =
        (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  const std::array<std::uint32_t, 8> mixed{a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < 8; ++i) state_.at(i) += mixed.at(i);
}

}  // namespace lamina
