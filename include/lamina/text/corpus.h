#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lamina/core/files.h"

namespace lamina {

/// A file of a corpus: text, or rows (text/rows.h). `name` is its path relative to the place it was
/// found in, with '/': what identifies it on every machine. Rows that an indices mapping chooses
/// have the path of its state.json.
struct CorpusFile {
  std::filesystem::path path;
  std::string name;
  std::int64_t bytes = 0;
};

/// Why a file of a folder, or that a pattern matches, is not read.
enum class LeftOutReason {
  kUnknown,          ///< of no kind that is read (data_file.h)
  kPatternMismatch,  ///< the pattern of the folder does not match
  kHidden,           ///< its name, or a folder's that it is in, begins with "." or "_"
  kAuxiliary,        ///< describes data, or is a cache
  kEmpty
};

struct LeftOutFiles {
  std::int64_t count = 0;
  std::vector<std::string> first;  ///< names, a few; a hidden folder is one and ends in '/'
};
using LeftOut = std::map<LeftOutReason, LeftOutFiles>;

struct ChosenFiles {
  std::vector<CorpusFile> files;
  LeftOut left_out;
  std::vector<std::string> doubts;  ///< one line each: what may not be meant
};

/// The files of the places, place after place, a folder's sorted by name, empty files left out. A
/// place is
/// - a file: read by its ending, of an unknown ending as one text, unless it looks like rows;
/// - a folder, searched with all below it for files whose name matches the shell pattern;
/// - a shell pattern itself ("corpus/*.jsonl.zst", "corpus/**/*.jsonl"; path_pattern.h).
/// From folders and by patterns files of data are taken (data_file.h), and of other endings those
/// that the pattern writes ("*.h"); hidden names must be named to be taken; of a folder that
/// `datasets` saved, the data files it lists are taken, through its indices mapping where it has
/// one. Throws Error naming a place that is missing or holds no data, with what it holds, a file
/// that is reached twice, or besides compressed, and several splits of one data set in one place.
ChosenFiles choose_files(std::span<const std::filesystem::path> places, const std::string& pattern);

/// Logs under a label ("data.train") how many files of each kind are read and left out and the
/// first names, and the doubts as warnings.
void log_chosen(std::string_view label, const ChosenFiles& chosen);

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
