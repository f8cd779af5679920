#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "lamina/train/checkpoint.h"

namespace lamina {

/// A checkpoint's state.json: the state, the version of the code that wrote it, the hash (XXH3-128)
/// of each other file of the checkpoint, and its own hash, of all keys except `hash`, as compact
/// JSON.
struct StateFile {
  static constexpr std::int64_t kFormatVersion = 1;

  std::int64_t format_version = kFormatVersion;
  TrainingState state;
  std::string code_version;
  std::vector<std::pair<std::string, std::string>> hashes;  ///< file name, hash
  std::string hash;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("format_version", format_version, {.required = true});
    state.visit(v);
    v.field("code_version", code_version, {.required = true});
    v.map("hashes", hashes);
    v.field("hash", hash, {.required = true});
  }
};

/// Throws Error naming the file if it is missing, damaged or of another format version.
StateFile read_state_file(const std::filesystem::path& path);

/// Sets `hash`, writes and syncs the file. Throws Error.
void write_state_file(const std::filesystem::path& path, StateFile file);

}  // namespace lamina
