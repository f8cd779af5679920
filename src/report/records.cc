#include "lamina/report/records.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "lamina/core/error.h"
#include "lamina/core/log.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

/// One object of a record, with its place for messages.
struct Source {
  const Json& json;
  const fs::path& file;
  std::string prefix;  ///< "validation." inside that object

  [[noreturn]] void fail(const std::string& key, const std::string& what) const {
    throw Error(fmt::format("{}: {}{}: {}", file.string(), prefix, key, what));
  }

  [[noreturn]] void fail_type(const std::string& key, const char* allowed) const {
    fail(key, fmt::format("got {}, expected {}", json.at(key).dump(), allowed));
  }

  const Json& required(const std::string& key) const {
    if (!json.contains(key)) fail(key, "is missing");
    return json.at(key);
  }
};

std::string text_at(const Source& source, const std::string& key) {
  const Json& value = source.required(key);
  if (!value.is_string()) source.fail_type(key, "a text");
  return value.get<std::string>();
}

std::int64_t integer_at(const Source& source, const std::string& key) {
  const Json& value = source.required(key);
  if (!value.is_number_integer()) source.fail_type(key, "an integer");
  return value.get<std::int64_t>();
}

std::int64_t count_at(const Source& source, const std::string& key) {
  const std::int64_t count = integer_at(source, key);
  if (count <= 0) source.fail_type(key, "an integer greater than 0");
  return count;
}

/// None for null, which is how JSON carries NaN and infinity.
std::optional<double> finite_at(const Source& source, const std::string& key) {
  const Json& value = source.required(key);
  if (!value.is_number() && !value.is_null()) source.fail_type(key, "a number or null");
  return value.is_null() ? std::nullopt : std::optional(value.get<double>());
}

Source object_at(const Source& source, const std::string& key) {
  const Json& value = source.required(key);
  if (!value.is_object()) source.fail_type(key, "an object");
  return {value, source.file, source.prefix + key + "."};
}

std::vector<std::pair<std::string, Metrics>> metrics_at(const Source& source, const char* key) {
  std::vector<std::pair<std::string, Metrics>> all;
  if (!source.json.contains(key)) return all;
  const Source groups = object_at(source, key);
  for (const auto& [name, group] : groups.json.items()) {
    const Source values = object_at(groups, name);
    Metrics metrics;
    for (const auto& [metric, written] : values.json.items()) {
      if (written == "N/A") continue;  // an error that lm-evaluation-harness does not give either
      constexpr double kNotFinite = std::numeric_limits<double>::quiet_NaN();
      metrics.emplace_back(metric, finite_at(values, metric).value_or(kNotFinite));
    }
    all.emplace_back(name, std::move(metrics));
  }
  return all;
}

/// Settings that the record holds as keys of its own, by those keys' names.
const std::map<std::string, std::string>& recorded_settings() {
  static const std::map<std::string, std::string> names{
      {"model.design", "design"},
      {"model.head_dim", "head_dim"},
      {"model.num_attention_heads", "num_attention_heads"},
      {"model.num_key_value_heads", "num_key_value_heads"},
      {"train.seed", "seed"},
      {"model.hidden_size", "hidden_size"},
      {"model.num_hidden_layers", "num_hidden_layers"},
      {"train.tokens", "tokens"},
      {"train.precision", "precision"},
      {"optimizer.learning_rate", "learning_rate"},
      {"data.tokenizer", "tokenizer"}};
  return names;
}

bool is_field_of_record(const std::string& name) {
  static const std::set<std::string> fields{"design", "head_dim", "num_attention_heads",
                                            "num_key_value_heads", "seed"};
  return fields.contains(name);
}

Conditions conditions_of(const Source& source) {
  Conditions conditions;
  std::set<std::string> names;
  const auto add = [&](const std::string& name, const Json& value) {
    if (!is_field_of_record(name) && names.insert(name).second) {
      conditions.emplace_back(name, value);
    }
  };
  if (source.json.contains("settings")) {
    const Source settings = object_at(source, "settings");
    for (const auto& [key, value] : settings.json.items()) {
      const auto known = recorded_settings().find(key);
      add(known == recorded_settings().end() ? key : known->second, value);
    }
  }
  for (const auto& [key, name] : recorded_settings()) {
    if (source.json.contains(name)) add(name, source.json.at(name));
  }
  return conditions;
}

std::vector<fs::path> record_files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator at(folder), end; at != end; ++at) {
    const fs::path name = at->path().filename();
    if (at->is_directory() && name == "checkpoints") at.disable_recursion_pending();
    if (at->is_regular_file() && name == "result.json") files.push_back(at->path());
  }
  std::ranges::sort(files);
  if (files.empty()) {
    log_warning("{}: no result.json in it or below: an unfinished run has none", folder.string());
  }
  return files;
}

std::vector<fs::path> record_files_at(const fs::path& place) {
  if (fs::is_directory(place)) return record_files_below(place);
  if (!fs::exists(place)) throw Error(fmt::format("{}: no such file or folder", place.string()));
  return {place};
}

void check_comparable(std::span<const Record> records, Quality quality) {
  for (const Record& record : records) {
    const Record& first = records.front();
    if (quality == Quality::kPerplexity && record.tokenizer != first.tokenizer) {
      throw Error(fmt::format(
          "perplexities of different tokenizers cannot be compared: {} has \"{}\", {} has \"{}\"; "
          "rank by bits_per_byte",
          first.path.string(), first.tokenizer, record.path.string(), record.tokenizer));
    }
    if (quality == Quality::kBitsPerByte && record.perplexity && !record.bits_per_byte) {
      throw Error(
          fmt::format("{}: validation.bits_per_byte: is missing, so its run cannot be "
                      "ranked by bits_per_byte",
                      record.path.string()));
    }
  }
}

}  // namespace

std::optional<double> find_metric(const Metrics& metrics, const std::string& name) {
  const auto found = std::ranges::find(metrics, name, &Metrics::value_type::first);
  return found == metrics.end() ? std::nullopt : std::optional(found->second);
}

Record parse_record(const Json& json, const fs::path& where) {
  if (!json.is_object()) throw Error(where.string() + ": expected a JSON object");
  const Source source{json, where, ""};
  Record record;
  record.path = where;
  record.design = text_at(source, "design");
  record.name = json.contains("name") ? text_at(source, "name") : record.design;
  record.head_dim = count_at(source, "head_dim");
  record.num_attention_heads = count_at(source, "num_attention_heads");
  record.num_key_value_heads = count_at(source, "num_key_value_heads");
  record.num_kv_layers = count_at(source, "num_kv_layers");
  record.parameters = count_at(source, "parameters");
  record.kv_bytes_per_token = count_at(source, "kv_bytes_per_token");
  record.seed = integer_at(source, "seed");
  record.tokenizer = text_at(source, "tokenizer");
  if (json.contains("skipped_steps")) record.skipped_steps = integer_at(source, "skipped_steps");
  if (json.contains("task_limit")) record.task_limit = integer_at(source, "task_limit");
  if (json.contains("data_hash")) record.data_hash = text_at(source, "data_hash");
  const Source validation = object_at(source, "validation");
  record.perplexity = finite_at(validation, "perplexity");
  if (validation.json.contains("bits_per_byte")) {
    record.bits_per_byte = finite_at(validation, "bits_per_byte");
  }
  if (validation.json.contains("bytes")) record.validation_bytes = count_at(validation, "bytes");
  record.tasks = metrics_at(source, "tasks");
  record.baselines = metrics_at(source, "baselines");
  record.conditions = conditions_of(source);
  return record;
}

std::vector<Record> find_records(std::span<const fs::path> places) {
  std::vector<Record> records;
  std::set<fs::path> seen;
  std::string looked;
  for (const fs::path& place : places) {
    looked += (looked.empty() ? "" : ", ") + place.string();
    for (const fs::path& file : record_files_at(place)) {
      if (!seen.insert(fs::weakly_canonical(file)).second) continue;
      records.push_back(parse_record(read_json(file), file));
    }
  }
  if (records.empty()) throw Error("no result.json found; looked in: " + looked);
  return records;
}

bool has_several_tokenizers(std::span<const Record> records) {
  return std::ranges::any_of(
      records, [&](const Record& record) { return record.tokenizer != records.front().tokenizer; });
}

Quality ranking_quality(std::span<const Record> records, std::optional<Quality> asked) {
  const bool several = has_several_tokenizers(records);
  const Quality quality = asked.value_or(several ? Quality::kBitsPerByte : Quality::kPerplexity);
  check_comparable(records, quality);
  return quality;
}

}  // namespace lamina
