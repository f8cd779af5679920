#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lamina {

struct BpeTrainerSettings {
  /// Tokens in all: the end of text, the 256 bytes, the merges. Fewer come out where no pair occurs
  /// min_count times any more.
  std::int64_t vocab_size = 32768;
  std::int64_t min_count = 2;
  int num_threads = 0;  // 0: as many as there are cores
};

/// The vocabulary size of a tokenizer that is still to be trained: 4096 of "bpe-4096". None for any
/// other name. Throws UsageError where the number is no size of a vocabulary.
std::optional<std::int64_t> bpe_to_train(const std::string& name);

/// Throws UsageError on a vocab_size below 257.
void check_bpe_settings(const BpeTrainerSettings& settings);

/// Calls its argument with one document after the other; a view lives for that call alone.
using DocumentSource = std::function<void(const std::function<void(std::string_view)>&)>;

/// Learns a byte-level BPE tokenizer and returns it as the text of a tokenizer.json, which
/// parse_tokenizer and Hugging Face `tokenizers` read. Words are GPT-2's (ByteLevel with its
/// pattern). Ids: 0 is <|endoftext|>, then the bytes in the order of GPT-2's alphabet, then a token
/// a merge. Each time the most frequent pair merges, of equally frequent ones that of the smaller
/// left id, then of the smaller right id: the result depends on the documents and the settings
/// alone, not on threads or the documents' order. Memory holds each different word, once
/// a thread, and the text under way.
/// Throws what check_bpe_settings throws, and Stopped once the process is asked to stop.
std::string train_bpe(const DocumentSource& documents, const BpeTrainerSettings& settings);

}  // namespace lamina
