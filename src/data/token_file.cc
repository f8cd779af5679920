#include "lamina/data/token_file.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "lamina/core/error.h"
#include "lamina/core/hash.h"
#include "token_index.h"

namespace lamina {
namespace {

template <class Stored>
void widen(const MappedFile& bin, std::int64_t begin, std::span<std::int64_t> out) {
  const auto* tokens = reinterpret_cast<const Stored*>(bin.bytes().data()) + begin;
  std::copy_n(tokens, out.size(), out.begin());
}

/// Whether every token is in [0, vocab_size): neither `token` nor `last - token` is negative. Tests
/// the sign bits without a branch, which costs less than the copy.
bool all_in_vocabulary(std::span<const std::int64_t> tokens, std::int64_t vocab_size) {
  const auto last = static_cast<std::uint64_t>(vocab_size) - 1;
  std::uint64_t signs = 0;
  for (const std::int64_t token : tokens) {
    signs |= static_cast<std::uint64_t>(token) | (last - static_cast<std::uint64_t>(token));
  }
  return signs >> 63 == 0;
}

}  // namespace

TokenFile::TokenFile(std::filesystem::path prefix, std::int64_t vocab_size)
    : prefix_(std::move(prefix)),
      vocab_size_(vocab_size),
      bin_(with_ending(prefix_, ".bin")),
      index_(std::make_unique<const TokenIndex>(with_ending(prefix_, ".idx"),
                                                static_cast<std::int64_t>(bin_.bytes().size()))),
      facts_(read_facts(prefix_)) {
  check_facts();
}

TokenFile::~TokenFile() = default;
TokenFile::TokenFile(TokenFile&&) noexcept = default;

std::int64_t TokenFile::num_tokens() const { return index_->num_tokens(); }
std::int64_t TokenFile::num_documents() const { return index_->num_documents(); }

TokenRange TokenFile::document(std::int64_t i) const {
  assert(i >= 0 && i < num_documents());
  return {index_->document_begin(i), index_->document_begin(i + 1)};
}

void TokenFile::copy(std::int64_t begin, std::span<std::int64_t> out) const {
  assert(begin >= 0 && begin + static_cast<std::int64_t>(out.size()) <= num_tokens());
  switch (index_->type()) {
    case TokenType::kUint8:
      widen<std::uint8_t>(bin_, begin, out);
      break;
    case TokenType::kUint16:
      widen<std::uint16_t>(bin_, begin, out);
      break;
    case TokenType::kInt32:
      widen<std::int32_t>(bin_, begin, out);
      break;
    case TokenType::kInt64:
      widen<std::int64_t>(bin_, begin, out);
      break;
  }
  if (!all_in_vocabulary(out, vocab_size_)) fail_token(begin, out);
}

void TokenFile::fail_token(std::int64_t begin, std::span<const std::int64_t> tokens) const {
  const auto bad = std::find_if(tokens.begin(), tokens.end(), [&](std::int64_t token) {
    return token < 0 || token >= vocab_size_;
  });
  throw Error(fmt::format("{}: got token {} at position {}; expected 0 to {}",
                          with_ending(prefix_, ".bin").string(), *bad,
                          begin + (bad - tokens.begin()), vocab_size_ - 1));
}

void TokenFile::check_facts() const {
  if (!facts_) return;
  const auto path = with_ending(prefix_, ".json").string();
  if (facts_->num_tokens != num_tokens() || facts_->num_documents != num_documents()) {
    throw Error(fmt::format(
        "{}: got {} tokens in {} documents; expected {} in {}, as in the .idx "
        "file",
        path, facts_->num_tokens, facts_->num_documents, num_tokens(), num_documents()));
  }
  if (facts_->vocab_size > vocab_size_) {
    throw Error(fmt::format("{}: got a vocabulary of {} (tokenizer {}); expected at most {}", path,
                            facts_->vocab_size, facts_->tokenizer_name, vocab_size_));
  }
}

bool is_token_file(const std::filesystem::path& prefix) {
  return std::filesystem::exists(with_ending(prefix, ".idx"));
}

std::string token_file_hash(const std::filesystem::path& prefix) {
  constexpr std::size_t kBlocks = 256, kBlockBytes = 4096;
  const MappedFile bin(with_ending(prefix, ".bin"));
  const auto bytes = bin.bytes();
  Hasher hasher;
  hasher.add(hash_file(with_ending(prefix, ".idx")));  // includes the size of the .bin file
  if (const auto facts = read_facts(prefix)) hasher.add(facts->source_hash);
  if (bytes.size() <= kBlocks * kBlockBytes) return hasher.add(bytes).hex();
  const std::size_t last = bytes.size() - kBlockBytes;
  for (std::size_t i = 0; i < kBlocks; ++i) {
    hasher.add(bytes.subspan(last * i / (kBlocks - 1), kBlockBytes));
  }
  return hasher.hex();
}

}  // namespace lamina
