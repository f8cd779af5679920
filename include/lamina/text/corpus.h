#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lamina/core/files.h"

namespace lamina {

/// A file of a corpus: text, or rows (text/rows.h). `name` is its path relative to the place it was
/// found in, with '/': what identifies it on every machine.
struct CorpusFile {
  std::filesystem::path path;
  std::string name;
  std::int64_t bytes = 0;
};

/// The files of the places, place after place, a folder's sorted by name, empty files left out. A
/// place is a file, a folder that is searched with all below it for files whose name matches the
/// shell pattern, or a shell pattern itself ("corpus/*.jsonl.zst"), which must match something; as
/// in a shell, hidden files and folders must be named to be taken. An empty pattern takes files of
/// text (.txt) and of rows; of a folder that the library `datasets` saved, the data files it lists.
/// Throws Error naming a place that is missing or holds no text, a file that is reached twice, and
/// several splits of one saved DatasetDict in one place.
std::vector<CorpusFile> list_corpus_files(std::span<const std::filesystem::path> places,
                                          const std::string& pattern);

/// Whether the place is a shell pattern and no file or folder of that name exists.
bool is_place_pattern(const std::filesystem::path& place);

/// Bytes [begin, end) of a file: one document.
struct TextPiece {
  std::filesystem::path path;
  std::string name;
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// Each file as one whole document.
std::vector<TextPiece> whole_files(std::span<const CorpusFile> files);

/// A piece in memory (mapped), known to be UTF-8. NUL bytes are text like any other.
/// Throws Error naming file and line of the first bad byte, or a file that has become shorter.
class PieceText {
 public:
  explicit PieceText(const TextPiece& piece);
  std::string_view text() const { return text_; }

 private:
  MappedFile file_;
  std::string_view text_;
};

/// The bytes of a piece, unchecked: valid as long as `file`, a map of piece.path.
std::string_view piece_bytes(const MappedFile& file, const TextPiece& piece);

}  // namespace lamina
