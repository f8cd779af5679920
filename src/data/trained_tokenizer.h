#pragma once
#include <filesystem>
#include <vector>

#include "lamina/data/prepare.h"

namespace lamina {

/// The documents that a tokenizer learns from.
struct TokenizerText {
  std::vector<TextPiece> pieces;
  std::vector<CorpusFile> row_files;
  double held_out_fraction = 0;  ///< of the documents of row_files, which are passed over
};

/// Learns a byte-level BPE of `vocab_size` tokens and writes its tokenizer.json to `path`. A bad
/// document throws, or is passed over, as the options say.
void train_tokenizer(const TokenizerText& text, std::int64_t vocab_size,
                     const PrepareOptions& options, const std::filesystem::path& path);

}  // namespace lamina
