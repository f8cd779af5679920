#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lamina/core/json_lines.h"
#include "lamina/core/setting.h"

namespace lamina {

/// Values by name, in the order of the record; NaN where one was not finite (JSON null).
using Metrics = std::vector<std::pair<std::string, double>>;

/// What a run was made with besides its design and seed: the sweep's grid settings
/// ("optimizer.weight_decay"), and the record's own learning_rate, tokens, hidden_size,
/// num_hidden_layers, precision and tokenizer, which stand under these short names.
using Conditions = std::vector<std::pair<std::string, Json>>;

std::optional<double> find_metric(const Metrics& metrics, const std::string& name);

/// What tables and figures need of one run's result.json; other keys of the file are ignored.
struct Record {
  std::filesystem::path path;  ///< the file, for messages
  std::string name;            ///< the run's; its design when the record has none
  std::string design;
  std::int64_t head_dim = 0;
  std::int64_t num_attention_heads = 0;
  std::int64_t num_key_value_heads = 0;
  std::int64_t num_kv_layers = 0;
  std::int64_t parameters = 0;
  std::int64_t kv_bytes_per_token = 0;
  std::int64_t seed = 0;
  std::int64_t skipped_steps = 0;  ///< whose gradient was not finite; 0 where the record says none
  std::string tokenizer;
  std::int64_t task_limit = 0;                   ///< documents of each task that count; 0: all
  std::string data_hash;                         ///< "" when the record has none
  std::optional<double> perplexity;              ///< none: not finite, as after a diverged run
  std::optional<double> bits_per_byte;           ///< none: not recorded, or not finite
  std::optional<std::int64_t> validation_bytes;  ///< length of the text that the two stand for
  std::vector<std::pair<std::string, Metrics>> tasks;
  std::vector<std::pair<std::string, Metrics>> baselines;
  Conditions conditions;
};

/// Throws Error naming `where` and the key when a required key is missing or a type is wrong.
/// Required are the keys of Record's fields from `design` to `tokenizer`, and the key
/// validation.perplexity, which may be null.
Record parse_record(const Json& json, const std::filesystem::path& where);

/// The records of every place: a result.json (under any name), or a folder, searched with all that
/// is below it except folders named "checkpoints". Places in the order given, each place's records
/// by path; a file met twice counts once. A folder without any gives a warning. Throws Error when a
/// place does not exist, and, saying where it looked, when there is no record at all.
std::vector<Record> find_records(std::span<const std::filesystem::path> places);

/// By which number rows are ranked; lower is better. Perplexities of different tokenizers cannot be
/// compared, bits per byte can.
enum class Quality { kPerplexity, kBitsPerByte };

template <>
struct EnumNames<Quality> {
  static constexpr std::array names{"perplexity", "bits_per_byte"};
};

bool has_several_tokenizers(std::span<const Record> records);

/// What ranks the records: `asked`, or where nothing is asked for the perplexity for records of one
/// tokenizer and bits per byte for those of several. Throws Error when they cannot be ranked so:
/// perplexity with several tokenizers, or bits per byte where a record has a perplexity alone.
Quality ranking_quality(std::span<const Record> records, std::optional<Quality> asked);

}  // namespace lamina
