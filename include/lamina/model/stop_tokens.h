#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace lamina {

/// The EOS tokens at which generation with the checkpoint in `folder` stops, as in `generate` of
/// transformers: eos_token_id of generation_config.json, otherwise of config.json; an id or a list
/// of ids. nullopt if both files lack the key or have null. Ids outside the vocabulary are dropped
/// with a warning. Throws Error with file and key for a value of another type.
std::optional<std::vector<std::int64_t>> read_stop_tokens(const std::filesystem::path& folder,
                                                          std::int64_t vocab_size);

}  // namespace lamina
