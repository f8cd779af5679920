#include "token_index.h"

#include <spdlog/fmt/fmt.h>

#include <cstring>

#include "lamina/core/error.h"

namespace lamina {
namespace {

/// Byte offsets of the header fields.
constexpr std::int64_t kVersionAt = 9, kTypeAt = 17, kSequencesAt = 18, kDocumentsAt = 26;

/// The integer at a byte offset. Copied, because the 34-byte header leaves all fields unaligned.
template <class Integer>
Integer load(const MappedFile& file, std::int64_t at) {
  Integer value;
  std::memcpy(&value, file.bytes().data() + at, sizeof value);
  return value;
}

const char* type_name(int code) {
  constexpr const char* kNames[] = {"unknown", "uint8",   "int8",    "int16", "int32",
                                    "int64",   "float64", "float32", "uint16"};
  return code <= 8 ? kNames[code] : kNames[0];
}

bool is_token_type(int code) { return code == 1 || code == 4 || code == 5 || code == 8; }

}  // namespace

std::int64_t bytes_per_token(TokenType type) {
  switch (type) {
    case TokenType::kUint8:
      return 1;
    case TokenType::kUint16:
      return 2;
    case TokenType::kInt32:
      return 4;
    case TokenType::kInt64:
      break;
  }
  return 8;
}

TokenIndex::TokenIndex(const std::filesystem::path& path, std::int64_t bin_bytes)
    : path_(path), file_(path) {
  read_header();
  num_tokens_ = bin_bytes / bytes_per_token(type_);
  check_sequences(bin_bytes);
  check_documents();
}

void TokenIndex::fail(const std::string& what) const {
  throw Error(fmt::format("{}: {}", path_.string(), what));
}

void TokenIndex::read_header() {
  const auto bytes = file_.bytes();
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (size < kIndexHeaderBytes ||
      std::memcmp(bytes.data(), kIndexMagic.data(), kIndexMagic.size()) != 0) {
    fail("expected the 34-byte header of a Megatron token index (MMIDIDX) at the beginning");
  }
  const auto version = load<std::uint64_t>(file_, kVersionAt);
  if (version != kIndexVersion)
    fail(fmt::format("got version {}; expected {}", version, kIndexVersion));
  const int code = load<std::uint8_t>(file_, kTypeAt);
  if (!is_token_type(code)) {
    fail(
        fmt::format("got token type {} ({}); expected 1 (uint8), 4 (int32), 5 (int64) or "
                    "8 (uint16)",
                    code, type_name(code)));
  }
  type_ = static_cast<TokenType>(code);
  const auto sequences = load<std::uint64_t>(file_, kSequencesAt);
  const auto documents = load<std::uint64_t>(file_, kDocumentsAt);
  const auto room = static_cast<std::uint64_t>(size - kIndexHeaderBytes);
  const bool fits = sequences <= room / 12 && documents <= room / 8;  // the product cannot overflow
  if (!fits || sequences * 12 + documents * 8 != room) {
    fail(fmt::format("{} sequences and {} document index entries do not fit a file of {} bytes",
                     sequences, documents, size));
  }
  num_sequences_ = static_cast<std::int64_t>(sequences);
  document_index_length_ = static_cast<std::int64_t>(documents);
}

void TokenIndex::check_sequences(std::int64_t bin_bytes) const {
  std::int64_t expected = 0;
  for (std::int64_t i = 0; i < num_sequences_; ++i) {
    const std::int64_t length = sequence_length(i);
    if (length < 0) fail(fmt::format("sequence {}: got length {}; expected >= 0", i, length));
    if (sequence_pointer(i) != expected) {
      fail(
          fmt::format("sequence {}: got byte offset {} in the .bin file; expected {}, as only "
                      "contiguous sequences are supported",
                      i, sequence_pointer(i), expected));
    }
    expected += length * bytes_per_token(type_);
  }
  if (expected != bin_bytes) {
    fail(fmt::format("the sequences have {} bytes, but the .bin file has {}", expected, bin_bytes));
  }
}

// Entries start at 0, do not decrease and end at the number of sequences, so documents cover the
// file.
void TokenIndex::check_documents() const {
  if (document_index_length_ == 0) fail("the document index is empty; expected a first entry of 0");
  std::int64_t previous = 0;
  for (std::int64_t i = 0; i < document_index_length_; ++i) {
    const std::int64_t entry = document_entry(i);
    if (entry < previous || entry > num_sequences_ || (i == 0 && entry != 0)) {
      fail(fmt::format("document index entry {}: got {}; expected {} to {}", i, entry, previous,
                       i == 0 ? 0 : num_sequences_));
    }
    previous = entry;
  }
  if (previous != num_sequences_) {
    fail(fmt::format("the document index ends at sequence {}; expected {}", previous,
                     num_sequences_));
  }
}

std::int64_t TokenIndex::sequence_length(std::int64_t i) const {
  return load<std::int32_t>(file_, kIndexHeaderBytes + 4 * i);
}

std::int64_t TokenIndex::sequence_pointer(std::int64_t i) const {
  return load<std::int64_t>(file_, kIndexHeaderBytes + 4 * num_sequences_ + 8 * i);
}

std::int64_t TokenIndex::document_entry(std::int64_t i) const {
  return load<std::int64_t>(file_, kIndexHeaderBytes + 12 * num_sequences_ + 8 * i);
}

std::int64_t TokenIndex::document_begin(std::int64_t i) const {
  const std::int64_t sequence = document_entry(i);
  if (sequence == num_sequences_) return num_tokens_;
  return sequence_pointer(sequence) / bytes_per_token(type_);
}

}  // namespace lamina
