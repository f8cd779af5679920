#pragma once
#include <string>
#include <vector>

#include "lamina/report/records.h"

namespace lamina {

/// A complete result.json without tasks, baselines and settings.
inline Json sample_json(const std::string& design, std::int64_t kv_bytes, double perplexity) {
  return {{"format_version", 1},
          {"name", design},
          {"status", "complete"},
          {"design", design},
          {"hidden_size", 256},
          {"num_hidden_layers", 6},
          {"head_dim", 64},
          {"num_attention_heads", 4},
          {"num_key_value_heads", 1},
          {"num_kv_layers", 3},
          {"parameters", 1200000},
          {"kv_bytes_per_token", kv_bytes},
          {"tokens", 1000000},
          {"precision", "bf16"},
          {"seed", 0},
          {"learning_rate", 0.0003},
          {"tokenizer", "bytes"},
          {"data_hash", "0123456789abcdef"},
          {"validation", {{"loss", 1.2}, {"perplexity", perplexity}, {"bits_per_byte", 1.7}}},
          {"wall_seconds", 75.2}};
}

/// The record as read from a file with this text.
inline Record record_of(const Json& json, const std::string& file) {
  return make_record(parse_record(json.dump(), file), file);
}

inline Record sample_record(const std::string& design, std::int64_t kv_bytes, double perplexity) {
  return record_of(sample_json(design, kv_bytes, perplexity), "runs/" + design + "/result.json");
}

/// The CLA paper's design space at 1B parameters: KV bytes and validation perplexity.
inline std::vector<Record> paper_records() {
  return {sample_record("H128-MHA", 163840, 13.15),
          sample_record("H128-GQA4", 40960, 13.36),
          sample_record("H128-GQA2", 20480, 13.52),
          sample_record("H128-MQA", 10240, 13.54),
          sample_record("H64-MQA", 5120, 13.81),
          sample_record("H46-MQA", 3680, 13.96),
          sample_record("H32-MQA", 2560, 14.37),
          sample_record("H512-MQA-CLA2", 20480, 13.49),
          sample_record("H256-MQA-CLA2", 10240, 13.51),
          sample_record("H128-MQA-CLA2", 5120, 13.60),
          sample_record("H90-MQA-CLA2", 3600, 13.73),
          sample_record("H64-MQA-CLA2", 2560, 13.89),
          sample_record("H256-GQA4-CLA2", 40960, 13.38),
          sample_record("H128-GQA4-CLA2", 20480, 13.48),
          sample_record("H128-GQA2-CLA2", 10240, 13.59),
          sample_record("H128-MQA-CLA3", 3584, 13.77),
          sample_record("H128-MQA-CLA4", 2560, 13.95),
          sample_record("H128-MQA-CLA2-KeepEnds", 5632, 13.62),
          sample_record("H128-MQA-CLA2-DenseFront", 5632, 13.75),
          sample_record("H128-MQA-CLA2-DenseBack", 5632, 14.03)};
}

/// The message of the exception that `action` throws; "" if it throws none.
template <class Action>
std::string error_of(const Action& action) {
  try {
    action();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

}  // namespace lamina
