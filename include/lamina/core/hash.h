#pragma once
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace lamina {

/// XXH3-128 over a stream of bytes: finds damage and tells inputs apart; not a cryptographic hash.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(Hasher&&) noexcept;

  Hasher& add(std::span<const std::byte> bytes);
  Hasher& add(std::string_view text);

  /// As `add`, for any length: throws Stopped once the process is asked to stop.
  Hasher& add_or_stop(std::span<const std::byte> bytes);
  Hasher& add_or_stop(std::string_view text);

  /// 32 lower-case hexadecimal digits of all that was added so far.
  std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string hash_bytes(std::span<const std::byte> bytes);
std::string hash_text(std::string_view text);

/// Throws Stopped once the process is asked to stop.
std::string hash_file(const std::filesystem::path& path);

}  // namespace lamina
