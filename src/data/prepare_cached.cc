#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <map>
#include <set>

#include "lamina/core/error.h"
#include "lamina/core/hash.h"
#include "lamina/data/prepare.h"
#include "lamina/data/token_file.h"
#include "lamina/text/bpe_trainer.h"
#include "lamina/text/held_out.h"
#include "lamina/text/rows.h"
#include "trained_tokenizer.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

/// The paths of one source, by kind.
struct SourcePaths {
  std::vector<fs::path> token_files;
  std::vector<fs::path> text;
  double weight = 1;
};

/// Adds a path of the setting `key` to a source. Throws SettingError if it does not exist.
void add_path(const fs::path& path, const char* key, SourcePaths& source) {
  const bool tokens = is_token_file(path);
  if (!tokens && !is_place_pattern(path) && !fs::exists(path)) {
    throw SettingError(key, fmt::format("{}: no such file or folder, and no token file ({})",
                                        path.string(), with_ending(path, ".idx").string()));
  }
  const bool half = path.extension() == ".bin" || path.extension() == ".idx";
  if (half && is_token_file(fs::path(path).replace_extension())) {
    throw SettingError(
        key, fmt::format("got {}, one file of a token file; expected its prefix {}", path.string(),
                         fs::path(path).replace_extension().string()));
  }
  (tokens ? source.token_files : source.text).push_back(path);
}

/// One source per entry if the entries have weights, else one source of all entries.
std::vector<SourcePaths> training_sources(const std::vector<TrainingEntry>& entries) {
  std::vector<SourcePaths> sources;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].weight.has_value() != entries[0].weight.has_value()) {
      throw SettingError("train",
                         fmt::format("{} has a weight and {} has none; expected weights for all "
                                     "paths, or for none",
                                     entries[entries[i].weight ? i : 0].path.string(),
                                     entries[entries[i].weight ? 0 : i].path.string()));
    }
    if (i == 0 || entries[i].weight) sources.emplace_back().weight = entries[i].weight.value_or(1);
    add_path(entries[i].path, "train", sources.back());
  }
  return sources;
}

SourcePaths validation_paths(const std::vector<fs::path>& paths) {
  SourcePaths source;
  for (const fs::path& path : paths) add_path(path, "validation", source);
  return source;
}

/// Without data.validation, every source must be text, of which a part can be held out.
void check_validation(const DataSettings& settings, std::span<const SourcePaths> sources) {
  if (!settings.validation.empty()) return;
  for (const SourcePaths& source : sources) {
    if (source.token_files.empty()) continue;
    throw SettingError(
        "validation", fmt::format("must be set, because data.train contains a token file, of which "
                                  "no part can be held out: {}",
                                  source.token_files[0].string()));
  }
}

/// Token files of other programs have no metadata and are not checked.
void check_tokenizer(const fs::path& prefix, const Tokenizer& tokenizer) {
  const auto facts = read_facts(prefix);
  if (facts && facts->tokenizer_hash != tokenizer.hash()) {
    throw SettingError(
        "tokenizer",
        fmt::format("got {} ({}); expected {} ({}), the tokenizer of the token file {}",
                    tokenizer.name(), tokenizer.hash(), facts->tokenizer_name,
                    facts->tokenizer_hash, prefix.string()));
  }
}

/// The files of one source, or of the validation data.
struct Files {
  std::vector<CorpusFile> text;
  std::vector<CorpusFile> rows;
};

/// Logs the chosen files under `key` unless it is null.
Files list_files(const SourcePaths& source, const DataSettings& settings, const char* key) {
  Files files;
  ChosenFiles chosen = choose_files(source.text, settings.pattern);
  if (key != nullptr) log_chosen(key, chosen);
  for (CorpusFile& file : chosen.files) {
    (is_row_file(file.path) ? files.rows : files.text).push_back(std::move(file));
  }
  return files;
}

/// Canonical paths of every file that is read.
std::set<fs::path> paths_read(const SourcePaths& source, const Files& files) {
  std::set<fs::path> paths;
  for (const auto* list : {&files.text, &files.rows}) {
    for (const CorpusFile& file : *list) paths.insert(fs::canonical(file.path));
  }
  for (const fs::path& prefix : source.token_files) {
    paths.insert(fs::canonical(with_ending(prefix, ".idx")));
  }
  return paths;
}

/// Validation on training text would make every result look good.
void check_disjoint(std::span<const std::set<fs::path>> train,
                    const std::set<fs::path>& validation) {
  for (const fs::path& path : validation) {
    const auto has_path = [&](const std::set<fs::path>& paths) { return paths.contains(path); };
    if (std::none_of(train.begin(), train.end(), has_path)) continue;
    throw SettingError("validation", fmt::format("{} is also in data.train", path.string()));
  }
}

/// Held-out text is selected by file names relative to the source's path. These differ between
/// sources, so text held out of one source could be training text of another.
void check_no_shared_file(std::span<const SourcePaths> sources,
                          std::span<const std::set<fs::path>> paths) {
  std::map<fs::path, std::size_t> source_of;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    for (const fs::path& path : paths[i]) {
      const auto [first, added] = source_of.emplace(path, i);
      if (added) continue;
      throw SettingError(
          "train",
          fmt::format("{} is in both {} and {}, so text held out of one could be training text of "
                      "the other; remove it from one of them, or set data.validation",
                      path.string(), sources[first->second].text[0].string(),
                      sources[i].text[0].string()));
    }
  }
}

/// PreparedData::hash. The weight of a single source has no effect and is left out.
std::string hash_of(const PreparedData& data) {
  Hasher hasher;
  for (const WeightedFiles& source : data.sources) {
    if (data.sources.size() > 1) hasher.add(fmt::format("weight {}", source.weight));
    for (const fs::path& prefix : source.prefixes) hasher.add(token_file_hash(prefix));
  }
  hasher.add("validation");
  for (const fs::path& prefix : data.validation) hasher.add(token_file_hash(prefix));
  return hasher.hex();
}

/// The pieces of text that are not held out.
std::vector<TextPiece> training_pieces(std::span<const CorpusFile> files,
                                       double held_out_fraction) {
  if (files.empty() || held_out_fraction == 0) return whole_files(files);
  return split_held_out(files, held_out_fraction).train;
}

/// The files that the settings select, before any is read.
struct FoundData {
  std::vector<SourcePaths> sources;
  std::vector<Files> files;  ///< of each source
  SourcePaths validation;
  Files validation_files;
};

/// Writes the token files of one configuration, or finds them in the cache.
class Preparation {
 public:
  Preparation(const DataSettings& settings, fs::path output, bool logs_files)
      : settings_(settings),
        output_(std::move(output)),
        logs_files_(logs_files),
        options_{settings.text_column, settings.on_bad_document} {}

  PreparedData run();
  void check();

 private:
  FoundData find() const;
  void check_output(std::span<const SourcePaths> sources, const SourcePaths& validation) const;
  void add_token_files(const SourcePaths& source, std::vector<fs::path>& prefixes) const;
  void choose_tokenizer(std::span<const SourcePaths> sources, std::span<const Files> files);
  fs::path prepare_all(const Files& files, const char* part) const;
  void prepare_held_out(const Files& files, WeightedFiles& source);
  fs::path prefix(const std::string& hash, const char* part) const;
  bool is_cached(const fs::path& prefix) const { return output_.empty() && is_token_file(prefix); }

  const DataSettings& settings_;
  fs::path output_;
  bool logs_files_;
  std::unique_ptr<Tokenizer> tokenizer_;
  PrepareOptions options_;
  PreparedData data_;
};

void Preparation::check_output(std::span<const SourcePaths> sources,
                               const SourcePaths& validation) const {
  if (output_.empty()) return;
  if (sources.size() > 1) {
    throw SettingError("train",
                       "has weights, but --output writes one training file; prepare each path "
                       "without weight, then give weights to the token files");
  }
  if (!sources[0].token_files.empty() || !validation.token_files.empty()) {
    throw SettingError("train",
                       "--output expects text, but data.train or data.validation contains a token "
                       "file");
  }
}

fs::path Preparation::prefix(const std::string& hash, const char* part) const {
  return output_.empty() ? settings_.cache / fmt::format("{}-{}", hash, part)
                         : fs::path(fmt::format("{}-{}", output_.string(), part));
}

void Preparation::add_token_files(const SourcePaths& source,
                                  std::vector<fs::path>& prefixes) const {
  for (const fs::path& file : source.token_files) {
    check_tokenizer(file, *tokenizer_);
    prefixes.push_back(file);
  }
}

/// Loads the tokenizer of the settings. "bpe-N" is trained on all training text, without held-out
/// documents, and cached next to the token files.
void Preparation::choose_tokenizer(std::span<const SourcePaths> sources,
                                   std::span<const Files> files) {
  data_.tokenizer = settings_.tokenizer;
  if (const auto vocab_size = bpe_to_train(settings_.tokenizer)) {
    TokenizerText text;
    if (settings_.validation.empty()) text.held_out_fraction = settings_.validation_fraction;
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (!sources[i].token_files.empty()) {
        throw SettingError("tokenizer",
                           fmt::format("{} is trained on text, but {} is a token file",
                                       settings_.tokenizer, sources[i].token_files[0].string()));
      }
      const auto pieces = training_pieces(files[i].text, text.held_out_fraction);
      text.pieces.insert(text.pieces.end(), pieces.begin(), pieces.end());
      text.row_files.insert(text.row_files.end(), files[i].rows.begin(), files[i].rows.end());
    }
    const std::string hash =
        source_hash(text.pieces, *make_tokenizer("bytes"),
                    rows_hash(text.row_files, options_, text.held_out_fraction));
    const fs::path path =
        output_.empty() ? settings_.cache / fmt::format("{}-{}.json", hash, settings_.tokenizer)
                        : fs::path(output_.string() + "-tokenizer.json");
    if (!output_.empty() || !fs::exists(path)) train_tokenizer(text, *vocab_size, options_, path);
    data_.tokenizer = path.string();
  }
  tokenizer_ = make_tokenizer(data_.tokenizer);
  data_.vocab_size = tokenizer_->vocab_size();
}

fs::path Preparation::prepare_all(const Files& files, const char* part) const {
  DocumentSet documents{whole_files(files.text), files.rows};
  documents.source_hash =
      source_hash(documents.pieces, *tokenizer_, rows_hash(files.rows, options_, 0));
  const fs::path token_file = prefix(documents.source_hash, part);
  if (!is_cached(token_file)) prepare_documents(documents, *tokenizer_, options_, token_file);
  return token_file;
}

void Preparation::prepare_held_out(const Files& files, WeightedFiles& source) {
  const double fraction = settings_.validation_fraction;
  HeldOutSplit text;
  if (!files.text.empty()) text = split_held_out(files.text, fraction);
  const std::string rows = rows_hash(files.rows, options_, fraction);
  const SplitDocuments documents{text.train,
                                 text.held_out,
                                 files.rows,
                                 fraction,
                                 source_hash(text.train, *tokenizer_, rows),
                                 source_hash(text.held_out, *tokenizer_, rows)};
  const fs::path train = prefix(documents.train_hash, "train");
  const fs::path held_out = prefix(documents.held_out_hash, "validation");
  if (!is_cached(train) || !is_cached(held_out)) {
    prepare_split(documents, *tokenizer_, options_, train, held_out);
  }
  source.prefixes.push_back(train);
  data_.validation.push_back(held_out);
}

FoundData Preparation::find() const {
  FoundData found;
  found.sources = training_sources(settings_.train);
  if (found.sources.empty() && (settings_.validation.empty() || !output_.empty())) {
    throw SettingError("train", "is empty; expected at least one path");
  }
  found.validation = validation_paths(settings_.validation);
  check_validation(settings_, found.sources);
  check_output(found.sources, found.validation);
  found.validation_files =
      list_files(found.validation, settings_, logs_files_ ? "data.validation" : nullptr);
  std::vector<std::set<fs::path>> train_paths;
  for (const SourcePaths& source : found.sources) {
    found.files.push_back(list_files(source, settings_, logs_files_ ? "data.train" : nullptr));
    train_paths.push_back(paths_read(source, found.files.back()));
  }
  check_disjoint(train_paths, paths_read(found.validation, found.validation_files));
  if (settings_.validation.empty()) check_no_shared_file(found.sources, train_paths);
  return found;
}

void Preparation::check() {
  const FoundData found = find();
  if (bpe_to_train(settings_.tokenizer)) return;
  tokenizer_ = make_tokenizer(settings_.tokenizer);
  std::vector<fs::path> prefixes;
  for (const SourcePaths& source : found.sources) add_token_files(source, prefixes);
  add_token_files(found.validation, prefixes);
}

PreparedData Preparation::run() {
  const FoundData found = find();
  choose_tokenizer(found.sources, found.files);
  add_token_files(found.validation, data_.validation);
  for (std::size_t i = 0; i < found.sources.size(); ++i) {
    WeightedFiles& source = data_.sources.emplace_back();
    source.weight = found.sources[i].weight;
    add_token_files(found.sources[i], source.prefixes);
    if (found.sources[i].text.empty()) continue;
    if (settings_.validation.empty()) {
      prepare_held_out(found.files[i], source);
    } else {
      source.prefixes.push_back(prepare_all(found.files[i], "train"));
    }
  }
  if (!found.validation.text.empty())
    data_.validation.push_back(prepare_all(found.validation_files, "validation"));
  for (const WeightedFiles& source : data_.sources) {
    data_.train.insert(data_.train.end(), source.prefixes.begin(), source.prefixes.end());
  }
  data_.hash = hash_of(data_);
  return data_;
}

}  // namespace

void check_data(const DataSettings& settings) { Preparation(settings, {}, false).check(); }

PreparedData prepare_cached(const DataSettings& settings, const fs::path& output, bool logs_files) {
  return Preparation(settings, output, logs_files).run();
}

}  // namespace lamina
