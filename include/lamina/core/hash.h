#pragma once
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace lamina {

/// XXH3-128 of a stream of bytes: detects damage and distinguishes inputs; not a cryptographic
/// hash. The hash does not depend on how the stream is cut into calls of `add`.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(Hasher&&) noexcept;

  Hasher& add(std::span<const std::byte> bytes);
  Hasher& add(std::string_view text);

  /// As `add`, for inputs of any length: throws Stopped if a stop is requested meanwhile.
  Hasher& add_or_stop(std::span<const std::byte> bytes);
  Hasher& add_or_stop(std::string_view text);

  /// The hash of everything added so far, as 32 lower-case hexadecimal digits.
  std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Hasher().add(...).hex() of one input.
std::string hash_bytes(std::span<const std::byte> bytes);
std::string hash_text(std::string_view text);

/// The hash of the file's bytes. Throws Error naming the path, and Stopped if a stop is requested.
std::string hash_file(const std::filesystem::path& path);

}  // namespace lamina
