#include "lamina/core/hash.h"

#define XXH_INLINE_ALL
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#include <xxhash.h>
#pragma GCC diagnostic pop

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "lamina/core/files.h"
#include "lamina/core/stop_signal.h"

namespace lamina {
namespace {

constexpr std::size_t kBytesBetweenStopChecks = 16 << 20;  // about 0.1 s at the speed of a disk

}  // namespace

/// Hides xxhash.h from the header.
struct Hasher::State {
  XXH3_state_t xxh;
};

Hasher::Hasher() : state_(std::make_unique<State>()) { XXH3_128bits_reset(&state_->xxh); }
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;

Hasher& Hasher::add(std::span<const std::byte> bytes) {
  XXH3_128bits_update(&state_->xxh, bytes.data(), bytes.size());
  return *this;
}

Hasher& Hasher::add(std::string_view text) { return add(std::as_bytes(std::span(text))); }

Hasher& Hasher::add_or_stop(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    throw_if_stopped("while hashing files; nothing was changed");
    const auto part = bytes.first(std::min(bytes.size(), kBytesBetweenStopChecks));
    add(part);
    bytes = bytes.subspan(part.size());
  }
  return *this;
}

Hasher& Hasher::add_or_stop(std::string_view text) {
  return add_or_stop(std::as_bytes(std::span(text)));
}

std::string Hasher::hex() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(&state_->xxh);
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::string hash_bytes(std::span<const std::byte> bytes) { return Hasher().add(bytes).hex(); }
std::string hash_text(std::string_view text) { return Hasher().add(text).hex(); }

std::string hash_file(const std::filesystem::path& path) {
  return Hasher().add_or_stop(MappedFile(path).bytes()).hex();
}

}  // namespace lamina
