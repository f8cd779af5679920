#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lamina {

/// Words for the splits of a data set in names of files and folders, the most common first.
inline constexpr std::string_view kTrainWords[] = {"train"};
inline constexpr std::string_view kValidationWords[] = {"validation", "valid", "val", "dev",
                                                        "eval"};
inline constexpr std::string_view kTestWords[] = {"test"};

/// Whether the text contains the word as a whole word, in upper or lower case: no letter or digit
/// is next to it. `word` must be in lower case.
bool has_word(std::string_view text, std::string_view word);

/// One of several splits of a data set.
struct DatasetSplit {
  std::string_view word;           ///< one of the words above
  std::vector<std::size_t> files;  ///< indices into the names given
  std::string folder;              ///< the folder named after the split, or the one that contains
                                   ///< its files; "" if there is none
  std::string name_prefix;         ///< of the file names, up to the word; "" for a whole folder
};

/// The splits of the first data set that has several of them among `names` (relative paths with
/// '/'), in the order train, validation, test; empty if there is no such data set. Two names are
/// splits of one data set if they differ only in the words above, shard numbers and endings:
/// data/train-00000-of-00002.parquet and data/test-00000-of-00001.parquet, or train/a.txt and
/// test/b.txt, but not crash-test.txt and train-journey.txt.
std::vector<DatasetSplit> splits_among(std::span<const std::string> names);

}  // namespace lamina
