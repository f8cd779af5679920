#include <spdlog/fmt/fmt.h>

#include <set>

#include "lamina/core/error.h"
#include "lamina/core/hash.h"
#include "lamina/data/prepare.h"
#include "lamina/data/token_file.h"
#include "lamina/text/held_out.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

/// The places of one setting, told apart.
struct Places {
  std::vector<fs::path> token_files;
  std::vector<fs::path> text;
};

Places sort_places(const std::vector<fs::path>& places, const char* key) {
  Places sorted;
  for (const fs::path& place : places) {
    const bool tokens = is_token_file(place);
    if (!tokens && !fs::exists(place)) {
      throw SettingError(key, fmt::format("{}: no such file or folder, and no token file ({})",
                                          place.string(), with_ending(place, ".idx").string()));
    }
    (tokens ? sorted.token_files : sorted.text).push_back(place);
  }
  return sorted;
}

void check_settings(const DataSettings& settings, const Places& train) {
  if (settings.train.empty()) throw SettingError("data.train", "is empty, must name some text");
  if (settings.validation.empty() && !train.token_files.empty()) {
    throw SettingError("data.validation",
                       fmt::format("must be set, as nothing can be held out of the token file {}",
                                   train.token_files[0].string()));
  }
}

void check_tokenizer(const fs::path& prefix, const Tokenizer& tokenizer) {
  const auto facts = read_facts(prefix);
  if (facts && facts->tokenizer_hash != tokenizer.hash()) {
    throw SettingError(
        "data.tokenizer",
        fmt::format("got {} ({}), but {} was made with {} ({})", tokenizer.name(), tokenizer.hash(),
                    prefix.string(), facts->tokenizer_name, facts->tokenizer_hash));
  }
}

/// Validating on what was trained on makes every result look good.
void check_disjoint(const std::vector<fs::path>& train, const std::vector<fs::path>& validation) {
  std::set<fs::path> canonical;
  for (const fs::path& path : train) canonical.insert(fs::canonical(path));
  for (const fs::path& path : validation) {
    if (canonical.contains(fs::canonical(path))) {
      throw SettingError("data.validation",
                         fmt::format("{} is in data.train as well", path.string()));
    }
  }
}

/// Every file that the pieces or token files are read from.
std::vector<fs::path> files_read(std::span<const TextPiece> pieces, const Places& places) {
  std::vector<fs::path> paths;
  for (const TextPiece& piece : pieces) paths.push_back(piece.path);
  for (const fs::path& prefix : places.token_files) paths.push_back(with_ending(prefix, ".idx"));
  return paths;
}

HeldOutSplit text_of(const DataSettings& settings, const Places& train, const Places& validation) {
  const auto files = list_corpus_files(train.text, settings.pattern);
  if (settings.validation.empty()) return split_held_out(files, settings.validation_fraction);
  const HeldOutSplit given{whole_files(files),
                           whole_files(list_corpus_files(validation.text, settings.pattern))};
  check_disjoint(files_read(given.train, train), files_read(given.held_out, validation));
  return given;
}

/// The token file of text, made unless the cache has it.
fs::path cached(std::span<const TextPiece> pieces, const Tokenizer& tokenizer,
                const fs::path& cache, const char* part) {
  const fs::path prefix = cache / fmt::format("{}-{}", source_hash(pieces, tokenizer), part);
  if (!is_token_file(prefix)) prepare_text(pieces, tokenizer, prefix);
  return prefix;
}

std::string hash_of(const PreparedData& data) {
  Hasher hasher;
  for (const fs::path& prefix : data.train) hasher.add(token_file_hash(prefix));
  hasher.add("validation");
  for (const fs::path& prefix : data.validation) hasher.add(token_file_hash(prefix));
  return hasher.hex();
}

}  // namespace

PreparedData prepare_cached(const DataSettings& settings) {
  const auto tokenizer = make_tokenizer(settings.tokenizer);
  const Places train = sort_places(settings.train, "data.train");
  const Places validation = sort_places(settings.validation, "data.validation");
  check_settings(settings, train);
  const HeldOutSplit text = text_of(settings, train, validation);
  PreparedData data{train.token_files, validation.token_files, tokenizer->vocab_size(), ""};
  for (const fs::path& prefix : data.train) check_tokenizer(prefix, *tokenizer);
  for (const fs::path& prefix : data.validation) check_tokenizer(prefix, *tokenizer);
  if (!text.train.empty()) {
    data.train.push_back(cached(text.train, *tokenizer, settings.cache, "train"));
  }
  if (!text.held_out.empty()) {
    data.validation.push_back(cached(text.held_out, *tokenizer, settings.cache, "validation"));
  }
  data.hash = hash_of(data);
  return data;
}

}  // namespace lamina
