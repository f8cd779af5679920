#pragma once
#include <span>
#include <vector>

#include "lamina/text/corpus.h"

namespace lamina {

/// A corpus in two disjoint, non-empty parts.
struct HeldOutSplit {
  std::vector<TextPiece> train;
  std::vector<TextPiece> held_out;
};

/// Holds out about `fraction` of the files, 0 < fraction < 1: each file's name is hashed to a
/// number in [0, 1), and files below `fraction` are held out. The hash depends only on
/// CorpusFile::name, so adding files never moves another file to the other part. A corpus of one
/// file is cut instead: its last `fraction` of bytes is held out, from the next line start, or from
/// the next character if no line starts there. Throws SettingError or Error, with the setting to
/// change, if either part would be empty.
HeldOutSplit split_held_out(std::span<const CorpusFile> files, double fraction);

/// Whether document `number` (from 1) of a file of rows is held out. Like the choice of files, this
/// depends only on a hash, here of CorpusFile::name and the number.
bool is_held_out(const CorpusFile& file, std::int64_t number, double fraction);

}  // namespace lamina
