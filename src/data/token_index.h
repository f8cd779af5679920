#pragma once
#include <bit>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "lamina/core/files.h"

namespace lamina {

static_assert(std::endian::native == std::endian::little, "token files are little-endian");

/// Megatron's codes of the supported token types.
enum class TokenType : std::uint8_t { kUint8 = 1, kInt32 = 4, kInt64 = 5, kUint16 = 8 };

std::int64_t bytes_per_token(TokenType type);

constexpr std::string_view kIndexMagic("MMIDIDX\0\0", 9);
constexpr std::uint64_t kIndexVersion = 1;
constexpr std::int64_t kIndexHeaderBytes = 34;

/// PREFIX.idx, memory-mapped: Megatron's index of PREFIX.bin. All integers are little-endian:
///
///   bytes 0-8     "MMIDIDX\0\0"
///   bytes 9-16    uint64 version, 1
///   byte  17      uint8 type code of the tokens
///   bytes 18-25   uint64 number of sequences S
///   bytes 26-33   uint64 length of the document index D
///   then          int32[S] number of tokens of each sequence; int64[S] its byte offset in
///                 PREFIX.bin; int64[D] document index: 0, then the number of sequences up to the
///                 end of each document
///
/// The constructor throws Error that names the file and the reason unless every field is valid and
/// the sequences fill PREFIX.bin, of `bin_bytes` bytes, contiguously.
class TokenIndex {
 public:
  TokenIndex(const std::filesystem::path& path, std::int64_t bin_bytes);

  TokenType type() const { return type_; }
  std::int64_t num_tokens() const { return num_tokens_; }
  std::int64_t num_documents() const { return document_index_length_ - 1; }

  /// Position of the first token of document i; num_tokens() if i == num_documents().
  std::int64_t document_begin(std::int64_t i) const;

 private:
  std::int64_t sequence_length(std::int64_t i) const;
  std::int64_t sequence_pointer(std::int64_t i) const;
  std::int64_t document_entry(std::int64_t i) const;
  void read_header();
  void check_sequences(std::int64_t bin_bytes) const;
  void check_documents() const;
  [[noreturn]] void fail(const std::string& what) const;

  std::filesystem::path path_;
  MappedFile file_;
  TokenType type_{};
  std::int64_t num_tokens_ = 0;
  std::int64_t num_sequences_ = 0;
  std::int64_t document_index_length_ = 0;
};

}  // namespace lamina
