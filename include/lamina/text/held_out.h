#pragma once
#include <span>
#include <vector>

#include "lamina/text/corpus.h"

namespace lamina {

/// A corpus in two parts that share no byte, both non-empty.
struct HeldOutSplit {
  std::vector<TextPiece> train;
  std::vector<TextPiece> held_out;
};

/// Holds out about `fraction` (in (0, 1)) of the files: those whose number in [0, 1), a hash of
/// CorpusFile::name alone, lies below it, so adding files never moves another from part to part.
/// A corpus of one file is cut instead: its last `fraction` of bytes, from the next line start on,
/// is held out; where no line starts there, from the next character.
/// Throws Error saying which setting to change where either part would be empty.
HeldOutSplit split_held_out(std::span<const CorpusFile> files, double fraction);

/// Whether document `number` of a file of rows is held out: like files, by a hash of the file's
/// name and the number alone.
bool is_held_out(const CorpusFile& file, std::int64_t number, double fraction);

}  // namespace lamina
