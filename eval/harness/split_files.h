#pragma once
#include <filesystem>
#include <vector>

#include "task_definition.h"

namespace lamina {

/// The files of one split in a task's folder, in order; none when it has none. They are, in the
/// folder itself, else in its data/ or hf_save_to_disk/, else in another folder of it that
/// `save_to_disk` made:
/// 1. the row files of a folder named by the split (validation/0000.parquet,
///    test/data-00000-of-00002.arrow);
/// 2. the file named by it (validation.jsonl.gz), or its shards (train-00000-of-00003.parquet);
/// 3. a file one of whose words is the split's name (hellaswag_val_subset1000.jsonl).
/// Names of a split: train; validation, valid, val, dev; test; dev; earlier ones first.
/// Throws UsageError when several files could be it, or a shard is missing.
std::vector<std::filesystem::path> split_files(const std::filesystem::path& folder, Split split);

}  // namespace lamina
