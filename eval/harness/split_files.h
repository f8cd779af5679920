#pragma once
#include <filesystem>
#include <vector>

#include "task_definition.h"

namespace lamina {

/// The files of one split in a task's folder, in order; empty if there are none. Searches the
/// folder itself, then its data/ and hf_save_to_disk/, then its other folders that `save_to_disk`
/// wrote. In each of them, in this order:
/// 1. the row files of a folder with the name of the split (validation/0000.parquet,
///    test/data-00000-of-00002.arrow);
/// 2. the file with that name (validation.jsonl.gz), or its shards (train-00000-of-00003.parquet);
/// 3. a file with that name as a word of its own (hellaswag_val_subset1000.jsonl).
/// A split has several names (text/split_names.h), tried in order.
/// Throws UsageError if several files match or a shard is missing.
std::vector<std::filesystem::path> split_files(const std::filesystem::path& folder, Split split);

}  // namespace lamina
