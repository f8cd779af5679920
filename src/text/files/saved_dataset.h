#pragma once
#include <filesystem>
#include <optional>
#include <vector>

namespace lamina {

/// What `datasets` wrote with save_to_disk into one folder, by its state.json: the rows of Arrow
/// files, and with an indices mapping (select, filter, shuffle, train_test_split up to version
/// 1.15) only those that the indices name, in their order.
struct SavedDataset {
  std::filesystem::path state;                 ///< its state.json
  std::vector<std::filesystem::path> data;     ///< Arrow files, one table after the other
  std::vector<std::filesystem::path> indices;  ///< Arrow files of a column "indices"; may be none
};

/// None where the folder has no state.json or another program's. Throws Error naming state.json and
/// the file that it lists but that is not there, or an entry that reads only a part of a file.
std::optional<SavedDataset> saved_dataset(const std::filesystem::path& folder);

/// The saved data set that a state.json or one of the data files it lists belongs to, where it has
/// an indices mapping: its files must not be read without that.
std::optional<SavedDataset> indexed_dataset(const std::filesystem::path& file);

}  // namespace lamina
