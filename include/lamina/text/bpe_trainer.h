#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lamina {

struct BpeTrainerSettings {
  /// Total number of tokens: <|endoftext|>, the 256 bytes and the merges. The result has fewer if
  /// no remaining pair occurs min_count times.
  std::int64_t vocab_size = 32768;
  std::int64_t min_count = 2;  ///< a rarer pair is not merged
  int num_threads = 0;         ///< that count words; 0: one per core
};

/// The vocabulary size in the name of a tokenizer that is yet to be trained: 4096 for "bpe-4096".
/// Nothing for a name without the prefix "bpe-". Throws UsageError if the rest of the name is not a
/// number from 257 to 1000000.
std::optional<std::int64_t> bpe_to_train(const std::string& name);

/// Throws UsageError if vocab_size is below 257.
void check_bpe_settings(const BpeTrainerSettings& settings);

/// Calls its argument with each document in turn, on the calling thread. The view is valid only
/// during that call.
using DocumentSource = std::function<void(const std::function<void(std::string_view)>&)>;

/// Trains a byte-level BPE tokenizer (Sennrich et al. 2016, algorithm 1, on bytes as in GPT-2) and
/// returns the text of a tokenizer.json, which parse_tokenizer and Hugging Face `tokenizers` read.
/// Text is split into words with GPT-2's pattern (pre-tokenizer ByteLevel). Ids: 0 is
/// <|endoftext|>, 1 to 256 are the bytes in the order of GPT-2's byte alphabet, then one token per
/// merge. Each step merges the most frequent pair; ties go to the smaller left id, then to the
/// smaller right id. The result therefore depends only on the documents and the settings, not on
/// the number of threads or the order of the documents. Memory holds each distinct word once per
/// thread, and a few MiB of text in flight.
/// Throws what check_bpe_settings and `documents` throw, and Stopped if a stop is requested.
std::string train_bpe(const DocumentSource& documents, const BpeTrainerSettings& settings);

}  // namespace lamina
