#pragma once
#include <filesystem>
#include <vector>

#include "lamina/data/prepare.h"

namespace lamina {

/// The documents that a tokenizer is trained on.
struct TokenizerText {
  std::vector<TextPiece> pieces;
  std::vector<CorpusFile> row_files;
  double held_out_fraction = 0;  ///< of the documents of row_files; these are not read
};

/// Trains a byte-level BPE of `vocab_size` tokens and writes its tokenizer.json to `path`. A bad
/// document is an Error or is skipped, according to the options. Warns if the text has too few
/// pairs for that many tokens.
void train_tokenizer(const TokenizerText& text, std::int64_t vocab_size,
                     const PrepareOptions& options, const std::filesystem::path& path);

}  // namespace lamina
