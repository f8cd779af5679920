#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace lamina {

/// The tokens that end a text which the model of a folder generates, as `generate` of transformers
/// has them: eos_token_id of generation_config.json, else of config.json; an id or a list of ids.
/// None where neither says any (the key is absent or null).
/// Throws Error naming file and key where it is of another type. Ids that the vocabulary lacks can
/// end nothing: they are left out, with a warning.
std::optional<std::vector<std::int64_t>> read_stop_tokens(const std::filesystem::path& folder,
                                                          std::int64_t vocab_size);

}  // namespace lamina
