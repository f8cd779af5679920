#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace lamina {

/// Metadata of a token file: one JSON object in PREFIX.json. Goals: bits per byte and word
/// perplexity can be computed exactly from token losses, and a model never reads the ids of another
/// tokenizer. Non-goals: the tokens can be read without it, and it does not detect damage.
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
  std::string source_hash;             ///< source_hash of the text (data/prepare.h)
  std::int64_t skipped_documents = 0;  ///< bad documents that were skipped
};

/// The content of PREFIX.json, in the format above.
std::string facts_text(const TokenFileFacts& facts);

/// Reads PREFIX.json; empty if it does not exist, as for files of other programs.
/// Throws Error that names the file and the key that is missing or of the wrong type.
std::optional<TokenFileFacts> read_facts(const std::filesystem::path& prefix);

/// PREFIX.bin, PREFIX.idx or PREFIX.json: appends the ending; a dot in the prefix is no extension.
std::filesystem::path with_ending(const std::filesystem::path& prefix, const char* ending);

}  // namespace lamina
