#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace lamina {

/// The format of a file, decided by the ending of its name, in upper or lower case.
enum class FileKind { kText, kJsonLines, kCsv, kTsv, kParquet, kArrow, kUnknown };

/// The known endings, for messages.
constexpr const char* kDataEndings =
    ".txt, .jsonl, .ndjson, .jsonlines, .json, .csv, .tsv (each also with .gz or .zst), .parquet, "
    ".arrow";
constexpr const char* kRowEndings =
    ".jsonl, .ndjson, .jsonlines, .json, .csv, .tsv (each also with .gz or .zst), .parquet, .arrow";

/// Compression of a whole file; columnar formats compress internally.
enum class Compression { kNone, kGzip, kZstd };

/// The parts of a file name: "train.JSONL.gz" has stem "train", kind JSON lines, compression gzip.
struct DataFileName {
  std::string stem;
  FileKind kind = FileKind::kUnknown;
  Compression compression = Compression::kNone;
};

/// Splits a file's name. For an unknown kind, the stem lacks the ending of the compression and one
/// more ending.
DataFileName data_file_name(const std::filesystem::path& file);

inline FileKind file_kind(const std::filesystem::path& file) { return data_file_name(file).kind; }

/// Whether the name begins with "." or "_": Spark, Hive and Arrow data sets ignore such files and
/// folders.
bool is_hidden_name(std::string_view name);

/// Whether the file is metadata: a file that `datasets` and the Hub write about a data set
/// (state.json, dataset_info.json, ...), or the PREFIX.json of a token file (PREFIX.bin,
/// PREFIX.idx). Looks for the other files of a token file on disk.
bool is_metadata(const std::filesystem::path& file);

/// Whether the file accompanies data without being data: metadata, a cache of `datasets`
/// (cache-*.arrow), or an Arrow file that the state.json in its folder does not list.
bool is_auxiliary(const std::filesystem::path& file);

/// The data files directly in one folder, sorted, by the rule of choose_files (text/corpus.h) for a
/// folder without a pattern. Empty if the folder does not exist.
std::vector<std::filesystem::path> data_files_in(const std::filesystem::path& folder);

}  // namespace lamina
