#include "lamina/model/stop_tokens.h"

#include <spdlog/fmt/fmt.h>

#include "lamina/core/error.h"
#include "lamina/core/json_lines.h"
#include "lamina/core/log.h"

namespace lamina {
namespace {

constexpr const char* kKey = "eos_token_id";

/// The ids in one file; nullopt if the file or the key is absent, or its value null.
std::optional<std::vector<std::int64_t>> ids_in(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return std::nullopt;
  const Json json = read_json(file);
  if (!json.is_object()) throw Error(fmt::format("{}: expected a JSON object", file.string()));
  const auto found = json.find(kKey);
  if (found == json.end() || found->is_null()) return std::nullopt;
  std::vector<std::int64_t> ids;
  for (const Json& id : found->is_array() ? *found : Json::array({*found})) {
    if (!id.is_number_integer()) {
      throw Error(fmt::format("{}: {}: got {}; expected a token id, a list of them, or null",
                              file.string(), kKey, found->dump()));
    }
    ids.push_back(id.get<std::int64_t>());
  }
  return ids;
}

}  // namespace

std::optional<std::vector<std::int64_t>> read_stop_tokens(const std::filesystem::path& folder,
                                                          std::int64_t vocab_size) {
  for (const char* name : {"generation_config.json", "config.json"}) {
    auto ids = ids_in(folder / name);
    if (!ids) continue;
    std::erase_if(*ids, [&](std::int64_t id) {
      const bool in_vocabulary = id >= 0 && id < vocab_size;
      if (!in_vocabulary) {
        log_warning("{}: {}: token id {} is not in the vocabulary of {} tokens and is ignored",
                    (folder / name).string(), kKey, id, vocab_size);
      }
      return !in_vocabulary;
    });
    return ids;
  }
  return std::nullopt;
}

}  // namespace lamina
