#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "lamina/text/corpus.h"

namespace lamina {

/// Checks that the files of one place are not several splits of one data set (split_names.h, or the
/// folders of a DatasetDict of `datasets`): read as one, validation and test would be trained on.
/// Throws Error with the splits. If all files are of unknown kinds, such as train.py next to
/// test.py, adds a warning instead.
void check_one_split(const std::filesystem::path& place, std::span<const CorpusFile> files,
                     std::vector<std::string>& warnings);

}  // namespace lamina
