#include "lamina/report/records.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <map>
#include <set>

#include "lamina/core/error.h"
#include "lamina/core/log.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

/// The fields of a record that are conditions of its run.
Conditions own_conditions(const RunRecord& record) {
  Conditions conditions;
  const auto add = [&](const char* name, const auto& value) {
    if (value) conditions.emplace_back(name, *value);
  };
  add("hidden_size", record.hidden_size);
  add("num_hidden_layers", record.num_hidden_layers);
  add("tokens", record.tokens);
  add("precision", record.precision);
  add("learning_rate", record.learning_rate);
  conditions.emplace_back("tokenizer", record.tokenizer);
  return conditions;
}

/// Settings that are also fields of a record -> the field's name as a condition; "": not a
/// condition.
const std::map<std::string, std::string>& recorded_settings() {
  static const std::map<std::string, std::string> names{
      {"model.design", ""},
      {"model.head_dim", ""},
      {"model.num_attention_heads", ""},
      {"model.num_key_value_heads", ""},
      {"train.seed", ""},
      {"model.hidden_size", "hidden_size"},
      {"model.num_hidden_layers", "num_hidden_layers"},
      {"train.tokens", "tokens"},
      {"train.precision", "precision"},
      {"optimizer.learning_rate", "learning_rate"},
      {"data.tokenizer", "tokenizer"}};
  return names;
}

/// Settings of the sweep first, so that they determine the order; each name once.
Conditions conditions_of(const RunRecord& record) {
  Conditions conditions;
  std::set<std::string> names;
  const auto add = [&](const std::string& name, const Json& value) {
    if (!name.empty() && names.insert(name).second) conditions.emplace_back(name, value);
  };
  for (const auto& [key, value] : record.settings) {
    const auto known = recorded_settings().find(key);
    add(known == recorded_settings().end() ? key : known->second, value);
  }
  for (const auto& [name, value] : own_conditions(record)) add(name, value);
  return conditions;
}

/// Does not descend into checkpoints, which contain many files and no records.
std::vector<fs::path> record_files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator at(folder), end; at != end; ++at) {
    const fs::path name = at->path().filename();
    if (at->is_directory() && name == "checkpoints") at.disable_recursion_pending();
    if (at->is_regular_file() && name == "result.json") files.push_back(at->path());
  }
  std::ranges::sort(files);
  if (files.empty()) {
    log_warning("{}: no result.json in this folder or below; an incomplete run has none",
                folder.string());
  }
  return files;
}

std::vector<fs::path> record_files_at(const fs::path& place) {
  if (fs::is_directory(place)) return record_files_below(place);
  if (!fs::exists(place)) throw Error(fmt::format("{}: no such file or folder", place.string()));
  return {place};
}

/// Throws Error naming the first record that cannot be compared by this quality.
void check_comparable(std::span<const Record> records, Quality quality) {
  for (const Record& record : records) {
    const Record& first = records.front();
    if (quality == Quality::kPerplexity && record.tokenizer != first.tokenizer) {
      throw Error(fmt::format(
          "perplexities with different tokenizers cannot be compared: {} has \"{}\", {} has "
          "\"{}\"; "
          "rank by bits_per_byte",
          first.path.string(), first.tokenizer, record.path.string(), record.tokenizer));
    }
    if (quality == Quality::kBitsPerByte && record.perplexity() && !record.bits_per_byte()) {
      throw Error(fmt::format(
          "{}: validation.bits_per_byte: is missing; expected, as records are ranked by "
          "bits_per_byte",
          record.path.string()));
    }
  }
}

}  // namespace

Record make_record(RunRecord run, const fs::path& path) {
  Record record{std::move(run), path, {}};
  if (!record.validation) {
    throw Error(fmt::format(
        "{}: validation: is missing; expected, but the run had no held-out text", path.string()));
  }
  if (record.name.empty()) record.name = record.design;
  record.conditions = conditions_of(record);
  return record;
}

std::vector<Record> find_records(std::span<const fs::path> places) {
  std::vector<Record> records;
  std::set<fs::path> seen;
  std::string searched;
  for (const fs::path& place : places) {
    searched += (searched.empty() ? "" : ", ") + place.string();
    for (const fs::path& file : record_files_at(place)) {
      if (!seen.insert(fs::weakly_canonical(file)).second) continue;
      records.push_back(make_record(read_record(file), file));
    }
  }
  if (records.empty()) throw Error("no result.json found in: " + searched);
  return records;
}

bool has_several_tokenizers(std::span<const Record> records) {
  return std::ranges::any_of(
      records, [&](const Record& record) { return record.tokenizer != records.front().tokenizer; });
}

Quality ranking_quality(std::span<const Record> records, std::optional<Quality> requested) {
  const bool several = has_several_tokenizers(records);
  const Quality quality =
      requested.value_or(several ? Quality::kBitsPerByte : Quality::kPerplexity);
  check_comparable(records, quality);
  return quality;
}

}  // namespace lamina
