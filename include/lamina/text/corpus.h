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

/// A file of a corpus: text, or rows (text/rows.h). Rows that an indices mapping selects have the
/// path of its state.json.
struct CorpusFile {
  std::filesystem::path path;
  std::string name;        ///< path relative to its place, with '/': the same on every machine
  std::int64_t bytes = 0;  ///< size on disk, compressed or not
};

/// Why a file in a folder, or a file that a pattern matches, is not read.
enum class LeftOutReason {
  kUnknown,          ///< the ending is unknown (data_file.h)
  kPatternMismatch,  ///< the folder's pattern does not match the name
  kHidden,           ///< the name, or that of a folder above it, begins with "." or "_"
  kAuxiliary,        ///< metadata of a data set, or a cache (is_auxiliary)
  kEmpty             ///< has no bytes
};

/// The files that were left out for one reason.
struct LeftOutFiles {
  std::int64_t count = 0;
  std::vector<std::string> first;  ///< the first few names; a hidden folder counts once, as "NAME/"
};
using LeftOut = std::map<LeftOutReason, LeftOutFiles>;

/// The files of a corpus, in the order in which they are read.
struct ChosenFiles {
  std::vector<CorpusFile> files;
  LeftOut left_out;
  std::vector<std::string> warnings;  ///< one line each: what the user may not have intended
};

/// The files of all places, in the order of the places; those of a folder are sorted by name. Empty
/// files are left out. A place (an entry of data.train or data.validation) is one of
/// - a file: its ending decides how it is read; with an unknown ending it is one text, unless it
///   looks like rows;
/// - a folder: searched recursively for files whose names match the shell pattern `pattern`;
/// - a shell pattern ("corpus/*.jsonl.zst", "corpus/**/*.jsonl"; path_pattern.h).
/// Folders and patterns yield files with known endings (data_file.h), and files with other endings
/// if the pattern names the ending ("*.h"). Hidden files are read only if the pattern begins with
/// the same character. A folder written by save_to_disk of `datasets` yields the data files that
/// its state.json lists, through the indices mapping if there is one.
/// Throws Error if a place is missing or has no data (with what it contains), if a file is reached
/// twice or has a compressed copy next to it, and if one place has several splits of a data set.
ChosenFiles choose_files(std::span<const std::filesystem::path> places, const std::string& pattern);

/// Logs, under a label such as "data.train", how many files of each kind are read and left out, the
/// first names of each, and the warnings.
void log_chosen(std::string_view label, const ChosenFiles& chosen);

/// Whether the place is a shell pattern: it has a wildcard, and no file or folder has that name.
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

/// The text of a piece, memory-mapped and checked to be well-formed UTF-8; NUL bytes are allowed.
/// Owns the mapping: text() is valid as long as the object.
/// Throws Error with file and line of the first invalid byte, or if the file has become shorter
/// than piece.end.
class PieceText {
 public:
  explicit PieceText(const TextPiece& piece);
  std::string_view text() const { return text_; }

 private:
  MappedFile file_;
  std::string_view text_;
};

/// The bytes of a piece, without a UTF-8 check. `file` must be a mapping of piece.path; the view is
/// valid as long as `file`. Throws Error if the file has become shorter than piece.end.
std::string_view piece_bytes(const MappedFile& file, const TextPiece& piece);

}  // namespace lamina
