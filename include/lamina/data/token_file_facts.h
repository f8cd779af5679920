#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace lamina {

/// What is known of a token file beyond its tokens: one JSON object in PREFIX.json. Goals: bits per
/// byte and word perplexity can be computed exactly from token losses; a model is never fed another
/// tokenizer's ids. Non-goals: it is not needed to read the tokens, and does not detect damage.
///
///   {"format": "lamina token file", "version": 1,
///    "tokenizer": {"name": ..., "hash": ..., "vocab_size": ...},
///    "num_tokens": ..., "num_documents": ..., "text_bytes": ..., "words": ...,
///    "skipped_documents": ..., "source_hash": ...}
struct TokenFileFacts {
  std::string tokenizer_name;
  std::string tokenizer_hash;   ///< Tokenizer::hash
  std::int64_t vocab_size = 0;  ///< every id is in [0, vocab_size)
  std::int64_t num_tokens = 0;  ///< EOS tokens included
  std::int64_t num_documents = 0;
  std::int64_t text_bytes = 0;         ///< UTF-8 bytes of all documents
  std::int64_t words = 0;              ///< see text/words.h
  std::string source_hash;             ///< of names, ranges and bytes of the text
  std::int64_t skipped_documents = 0;  ///< bad ones that were left out
};

std::string facts_text(const TokenFileFacts& facts);

/// The facts beside a token file, none where PREFIX.json does not exist: files of other programs
/// have none. Throws Error naming the file and the key that is missing or of the wrong type.
std::optional<TokenFileFacts> read_facts(const std::filesystem::path& prefix);

/// PREFIX.bin, PREFIX.idx, PREFIX.json: the ending is added, a dot in the prefix's name stays.
std::filesystem::path with_ending(const std::filesystem::path& prefix, const char* ending);

}  // namespace lamina
