#include "bpe_model.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <atomic>
#include <ranges>

#include "byte_alphabet.h"
#include "lamina/core/error.h"
#include "unicode/code_points.h"
#include "word_cache.h"

namespace lamina {
namespace {

std::vector<std::string> empty_spellings(const BpeFile& file) {
  TokenId largest = -1;
  for (const auto& [token, id] : file.vocabulary) largest = std::max(largest, id);
  return std::vector<std::string>(static_cast<std::size_t>(largest + 1));
}

/// Vocabularies trained on UTF-8 may lack the bytes that never occur in it.
bool occurs_in_utf8(int byte) { return byte < 0xC0 || (byte > 0xC1 && byte < 0xF5); }

std::uint32_t next_serial() {
  static std::atomic<std::uint32_t> serial{0};
  return ++serial;
}

void add_end(TokenSink sink, std::size_t& at, std::size_t num_bytes) {
  at += num_bytes;
  if (sink.ends) sink.ends->push_back(at);
}

void add_symbols(std::span<const Symbol> symbols, std::size_t offset, TokenSink sink) {
  for (const Symbol& symbol : symbols) {
    sink.ids.push_back(symbol.id);
    add_end(sink, offset, symbol.num_bytes);
  }
}

std::vector<Symbol>& symbols_of_thread() {
  thread_local std::vector<Symbol> symbols;
  symbols.clear();
  return symbols;
}

}  // namespace

BpeModel::BpeModel(const BpeFile& file, const std::string& where)
    : spellings_(empty_spellings(file)),
      ids_(spellings_),
      merges_(file.merges.size()),
      byte_level_(file.byte_level),
      ignore_merges_(file.ignore_merges),
      fuse_unknown_(file.fuse_unknown),
      serial_(next_serial()) {
  read_vocabulary(file, where);
  read_alphabet(file, where);
  read_merges(file, where);
}

void BpeModel::read_vocabulary(const BpeFile& file, const std::string& where) {
  for (const auto& [token, id] : file.vocabulary) {
    std::string& spelling = spellings_[static_cast<std::size_t>(id)];
    if (!spelling.empty()) {
      throw Error(
          fmt::format("{}.vocab: \"{}\" has id {}, which another token has too", where, token, id));
    }
    const auto bytes = byte_level_ ? bytes_of_letters(token) : std::optional(token);
    // A token outside the byte alphabet is never produced by encoding, but it can be decoded.
    spelling = bytes.value_or(token);
    if (bytes && !bytes->empty()) ids_.insert(id);
  }
}

void BpeModel::read_alphabet(const BpeFile& file, const std::string& where) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string name = byte_level_          ? std::string(1, static_cast<char>(byte))
                             : file.byte_fallback ? fmt::format("<0x{:02X}>", byte)
                                                  : "";
    byte_ids_[static_cast<std::size_t>(byte)] = ids_.find(name);
  }
  if (!file.unknown.empty()) unknown_ = ids_.find(file.unknown);
  if (byte_level_) {
    const auto lacks = [&](int byte) {
      return byte_ids_[static_cast<std::size_t>(byte)] < 0 && occurs_in_utf8(byte);
    };
    const auto bytes = std::views::iota(0, 256);
    const auto missing = std::ranges::find_if(bytes, lacks);
    if (missing == bytes.end()) return;
    throw Error(fmt::format("{}.vocab: the token for byte 0x{:02X} is missing", where, *missing));
  }
  const bool has_byte_tokens = std::find(byte_ids_.begin(), byte_ids_.end(), -1) == byte_ids_.end();
  if (has_byte_tokens || unknown_ >= 0) return;
  throw Error(
      fmt::format("{}.vocab: has neither unk_token nor the byte_fallback tokens <0x00> to <0xFF>, "
                  "so that some text cannot be encoded",
                  where));
}

void BpeModel::read_merges(const BpeFile& file, const std::string& where) {
  std::uint32_t rank = 0;
  const auto id_of = [&](const std::string& token) {
    const TokenId id = ids_.find(token);
    if (id >= 0) return id;
    throw Error(
        fmt::format("{}.merges: merge {} needs the token \"{}\", which is not in the vocabulary",
                    where, rank + 1, byte_level_ ? letters_of_bytes(token) : token));
  };
  for (const auto& [left, right] : file.merges) {
    const auto to_bytes = [&](const std::string& part) {
      return byte_level_ ? bytes_of_letters(part).value_or(part) : part;
    };
    const std::string a = to_bytes(left);
    const std::string b = to_bytes(right);
    const TokenId id_a = id_of(a);
    const TokenId id_b = id_of(b);
    merges_.insert(id_a, id_b, {rank, id_of(a + b)});
    ++rank;
  }
}

bool BpeModel::only_begins_tokens(std::string_view mark) const {
  const auto begins_alone = [&](const std::string& spelling) {
    std::size_t at = 0;
    while (spelling.compare(at, mark.size(), mark) == 0) at += mark.size();
    return spelling.find(mark, at) == std::string::npos;
  };
  return ids_.find(mark) >= 0 && std::all_of(spellings_.begin(), spellings_.end(), begins_alone);
}

void BpeModel::encode(std::string_view text, std::span<const TextSpan> words,
                      TokenSink sink) const {
  thread_local WordCache cache;
  const bool ends_are_known = !sink.ends || byte_level_;  // of a cached word, from its tokens alone
  for (const TextSpan span : words) {
    const std::string_view word = slice(text, span);
    if (word.size() > WordKey::kMaxBytes) {
      encode_uncached(word, span.begin, sink);
      continue;
    }
    const WordKey key(word);
    WordCache::Slot& slot = cache.slot_of(key, word.size());
    if (!ends_are_known || !slot.holds(key, word.size(), serial_)) {
      const std::size_t num_before = sink.ids.size();
      encode_uncached(word, span.begin, sink);
      const auto ids = std::span(sink.ids).subspan(num_before);
      if (ids.size() <= WordCache::kMaxTokens) slot.store(key, word.size(), serial_, ids);
      continue;
    }
    sink.ids.insert(sink.ids.end(), slot.ids().begin(), slot.ids().end());
    std::size_t at = span.begin;
    for (const TokenId id : sink.ends ? slot.ids() : std::span<const TokenId>()) {
      add_end(sink, at, spellings_[static_cast<std::size_t>(id)].size());
    }
  }
}

void BpeModel::encode_uncached(std::string_view word, std::size_t offset, TokenSink sink) const {
  std::vector<Symbol>& symbols = symbols_of_thread();
  merge_word(word, symbols);
  add_symbols(symbols, offset, sink);
}

void BpeModel::encode_bytes(std::string_view bytes, std::size_t offset, TokenSink sink) const {
  std::vector<Symbol>& symbols = symbols_of_thread();
  for (const char byte : bytes) spell_byte(byte, symbols);
  merge_pairs(symbols, merges_);
  add_symbols(symbols, offset, sink);
}

void BpeModel::merge_word(std::string_view word, std::vector<Symbol>& symbols) const {
  const TokenId whole = ignore_merges_ ? ids_.find(word) : -1;
  if (whole >= 0) return symbols.push_back({whole, static_cast<std::uint32_t>(word.size())});
  spell(word, symbols);
  merge_pairs(symbols, merges_);
}

void BpeModel::spell(std::string_view word, std::vector<Symbol>& symbols) const {
  if (byte_level_) {
    for (const char byte : word) spell_byte(byte, symbols);
    return;
  }
  for (std::size_t at = 0; at < word.size();) {
    const std::string_view character = character_at(word, at);
    spell_character(character, symbols);
    at += character.size();
  }
}

void BpeModel::spell_character(std::string_view character, std::vector<Symbol>& symbols) const {
  const TokenId id = ids_.find(character);
  if (id >= 0) return symbols.push_back({id, static_cast<std::uint32_t>(character.size())});
  const auto has_token = [&](char byte) {
    return byte_ids_[static_cast<unsigned char>(byte)] >= 0;
  };
  if (std::ranges::all_of(character, has_token)) {
    for (const char byte : character) spell_byte(byte, symbols);
  } else if (fuse_unknown_ && !symbols.empty() && symbols.back().id == unknown_) {
    symbols.back().num_bytes += static_cast<std::uint32_t>(character.size());
  } else {
    symbols.push_back({unknown_, static_cast<std::uint32_t>(character.size())});
  }
}

void BpeModel::spell_byte(char byte, std::vector<Symbol>& symbols) const {
  const auto value = static_cast<unsigned char>(byte);
  const TokenId id = byte_ids_[value] >= 0 ? byte_ids_[value] : unknown_;
  if (id < 0) {
    throw Error(
        fmt::format("byte 0x{:02X}, which is not UTF-8, has no token in this vocabulary", value));
  }
  symbols.push_back({id, 1});
}

}  // namespace lamina
