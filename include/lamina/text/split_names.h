#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lamina {

/// What a split of a data set is called in names of files and folders, the usual word first.
inline constexpr std::string_view kTrainWords[] = {"train"};
inline constexpr std::string_view kValidationWords[] = {"validation", "valid", "val", "dev",
                                                        "eval"};
inline constexpr std::string_view kTestWords[] = {"test"};

/// Whether the text, in any capitals, has the word between its ends or characters that are neither
/// letters nor digits.
bool has_word(std::string_view text, std::string_view word);

/// One split among several of a data set.
struct DatasetSplit {
  std::string_view word;           ///< what it is called
  std::vector<std::size_t> files;  ///< by their place in the names given
  std::string folder;              ///< of the names given: the folder whose name holds the word, or
                                   ///< that holds the files; "" where that is none
  std::string start;               ///< of the files' names, word included; "" for a whole folder
};

/// The splits of the first data set of which the names (relative paths with '/') hold several, in
/// the order train, validation, test; none where there is no such data set. Names are splits of
/// one set where they differ in nothing but the words above, numbers of shards and endings:
/// data/train-00000-of-00002.parquet and data/test-00000-of-00001.parquet, train/a.txt and
/// test/b.txt, but not crash-test.txt and train-journey.txt.
std::vector<DatasetSplit> splits_among(std::span<const std::string> names);

}  // namespace lamina
