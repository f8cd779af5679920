#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "lamina/text/corpus.h"

namespace lamina {

/// Throws Error naming the splits where the files of one place are several splits of one data set
/// (split_names.h, or the folders of a DatasetDict of `datasets`): read as one, validation and test
/// would be trained on. Among files that are text whatever their ending (*.py: train.py beside
/// test.py) it is one line of doubt instead.
void check_one_split(const std::filesystem::path& place, std::span<const CorpusFile> files,
                     std::vector<std::string>& doubts);

}  // namespace lamina
