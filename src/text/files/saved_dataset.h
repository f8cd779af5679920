#pragma once
#include <filesystem>
#include <optional>
#include <vector>

namespace lamina {

/// A folder that save_to_disk of `datasets` has written, as described by its state.json: the rows
/// of Arrow files. With an indices mapping (from select, filter, shuffle or train_test_split, saved
/// by versions up to 1.15), only the rows that the indices select, in their order.
struct SavedDataset {
  std::filesystem::path state;                 ///< its state.json
  std::vector<std::filesystem::path> data;     ///< Arrow files whose tables are concatenated
  std::vector<std::filesystem::path> indices;  ///< Arrow files with the indices, if there are any
};

/// The saved data set of a folder; nothing if it has no state.json or one of another program.
/// Throws Error if state.json lists a file that is missing, or has an entry that selects a part of
/// a file.
std::optional<SavedDataset> saved_dataset(const std::filesystem::path& folder);

/// The saved data set that a state.json or a data file belongs to, if that data set has an indices
/// mapping: its data files must not be read without the mapping. Nothing otherwise. Throws like
/// saved_dataset.
std::optional<SavedDataset> indexed_dataset(const std::filesystem::path& file);

}  // namespace lamina
