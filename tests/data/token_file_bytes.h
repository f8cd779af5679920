#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "lamina/core/files.h"

namespace lamina {

/// The `count` low bytes of a number in little-endian order.
inline std::string low_bytes(std::int64_t value, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
  return bytes;
}

/// The content of PREFIX.bin for tokens of `bytes_each` bytes.
inline std::string token_bytes(const std::vector<std::int64_t>& tokens, int bytes_each) {
  std::string bytes;
  for (const std::int64_t token : tokens) bytes += low_bytes(token, bytes_each);
  return bytes;
}

/// PREFIX.idx, field by field, independent of the program's writer.
struct IndexBytes {
  std::string magic = std::string("MMIDIDX\0\0", 9);
  std::int64_t version = 1;
  std::int64_t type = 8;
  std::vector<std::int64_t> lengths;
  std::vector<std::int64_t> pointers;
  std::vector<std::int64_t> documents;

  std::string bytes() const {
    std::string all = magic + low_bytes(version, 8) + low_bytes(type, 1);
    all += low_bytes(static_cast<std::int64_t>(lengths.size()), 8);
    all += low_bytes(static_cast<std::int64_t>(documents.size()), 8);
    for (const std::int64_t length : lengths) all += low_bytes(length, 4);
    for (const std::int64_t pointer : pointers) all += low_bytes(pointer, 8);
    for (const std::int64_t document : documents) all += low_bytes(document, 8);
    return all;
  }
};

inline void write_pair(const std::filesystem::path& prefix, const std::string& index,
                       const std::string& tokens) {
  write_file_atomically(prefix.string() + ".idx", index);
  write_file_atomically(prefix.string() + ".bin", tokens);
}

/// Writes a uint16 token file with one document.
inline void write_tokens(const std::filesystem::path& prefix,
                         const std::vector<std::int64_t>& tokens) {
  IndexBytes index;
  index.lengths = {static_cast<std::int64_t>(tokens.size())};
  index.pointers = {0};
  index.documents = {0, 1};
  write_pair(prefix, index.bytes(), token_bytes(tokens, 2));
}

}  // namespace lamina
