#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "lamina/data/settings.h"
#include "lamina/data/token_file_facts.h"
#include "lamina/text/corpus.h"
#include "lamina/text/tokenizer.h"

namespace lamina {

/// Writes the token file `prefix`: each piece, then the end-of-document token. On all cores, in
/// little memory, and always the same bytes. Throws Error on text that is not UTF-8; then no file
/// of the final name is touched.
TokenFileFacts prepare_text(std::span<const TextPiece> pieces, const Tokenizer& tokenizer,
                            const std::filesystem::path& prefix);

/// What identifies tokenised text: a hash over tokenizer, names, ranges and bytes of the pieces,
/// not over where they are. Reads all of the text.
std::string source_hash(std::span<const TextPiece> pieces, const Tokenizer& tokenizer);

/// Token files of a run, by prefix.
struct PreparedData {
  std::vector<std::filesystem::path> train;
  std::vector<std::filesystem::path> validation;
  std::int64_t vocab_size = 0;
  std::string hash;  ///< of all of them, for records: see token_file_hash
};

/// The token files that the settings ask for. Token files among train and validation are used as
/// they are; text is tokenised into settings.cache/HASH-{train,validation} unless that exists, HASH
/// being its source_hash. Without validation, a part of the text is held out. Processes that do
/// this at the same time do no harm. Throws SettingError where the settings do not fit together: a
/// missing place, text in both parts, a token file of another tokenizer; Error on unsound text.
PreparedData prepare_cached(const DataSettings& settings);

}  // namespace lamina
