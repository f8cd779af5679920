#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace lamina {

/// What a file holds, by the ending of its name in any capitals.
enum class FileKind { kText, kJsonLines, kCsv, kTsv, kParquet, kArrow, kUnknown };

/// For messages.
constexpr const char* kDataEndings =
    ".txt, .jsonl, .ndjson, .jsonlines, .json, .csv, .tsv (each also with .gz or .zst), .parquet, "
    ".arrow";
constexpr const char* kRowEndings =
    ".jsonl, .ndjson, .jsonlines, .json, .csv, .tsv (each also with .gz or .zst), .parquet, .arrow";

enum class Compression { kNone, kGzip, kZstd };

/// The name of a file, taken apart: "train", JSON lines, gzip of "train.JSONL.gz".
struct DataFileName {
  std::string stem;
  FileKind kind = FileKind::kUnknown;
  Compression compression = Compression::kNone;
};

/// Of an unknown kind only the last ending is cut off the stem, after that of a compression.
DataFileName data_file_name(const std::filesystem::path& file);

inline FileKind file_kind(const std::filesystem::path& file) { return data_file_name(file).kind; }

/// A name that begins with "." or "_", as Spark, Hive and Arrow's data sets hide files and folders.
bool is_hidden_name(std::string_view name);

/// Whether the file describes data: what `datasets` and the Hub write about a data set (state.json,
/// dataset_info.json, ...), and PREFIX.json of a token file (PREFIX.bin, PREFIX.idx).
bool is_metadata(const std::filesystem::path& file);

/// Whether the file is beside data without being data: a description, a cache of `datasets`
/// (cache-*.arrow), or an Arrow file that the state.json beside it does not list.
bool is_auxiliary(const std::filesystem::path& file);

/// The data files of one folder, sorted, not of those below it; by the rule of choose_files
/// (text/corpus.h) for a folder without a pattern.
std::vector<std::filesystem::path> data_files_in(const std::filesystem::path& folder);

}  // namespace lamina
