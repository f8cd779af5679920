#pragma once
#include <string>

#include "lamina/record/run_record.h"

namespace lamina {

/// A record as written by `train`, on one line.
inline std::string sample_record_text() {
  RunRecord record;
  record.design = "H64-MQA";
  record.head_dim = 64;
  record.num_attention_heads = record.num_key_value_heads = record.num_kv_layers = 1;
  record.parameters = record.kv_bytes_per_token = 1;
  record.tokenizer = "bytes";
  record.validation.emplace().perplexity = 3.32;
  return record_json(record).dump();
}

}  // namespace lamina
