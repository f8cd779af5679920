#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lamina/core/json_lines.h"
#include "lamina/core/setting.h"
#include "lamina/record/scores.h"

namespace lamina {

/// What a run was made on.
struct HardwareFacts {
  std::string device;  ///< "cpu", "cuda"
  std::string name;    ///< of the processor or GPU
  std::int64_t threads = 0;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("device", device);
    v.field("name", name);
    v.field("threads", threads);
  }
};

/// A complete run's record, RUN/result.json. Tables and figures are made from these alone.
///
/// Goals: one list of keys for writer and readers; read years later by another version, or refused
/// with a reason. Non-goal: the history of the run, which is in metrics.jsonl.
struct RunRecord {
  static constexpr std::int64_t kFormatVersion = 1;

  std::int64_t format_version = kFormatVersion;
  std::string name;
  std::string status = "complete";

  // The model.
  std::string design;
  std::optional<std::int64_t> hidden_size;
  std::optional<std::int64_t> num_hidden_layers;
  std::int64_t head_dim = 0;
  std::int64_t num_attention_heads = 0;
  std::int64_t num_key_value_heads = 0;
  std::int64_t num_kv_layers = 0;
  std::vector<std::int64_t> kv_source_layers;
  std::int64_t parameters = 0;
  std::int64_t kv_bytes_per_token = 0;
  double flops_per_token = 0;  ///< of training, by flops_convention
  std::string flops_convention;

  // How it was trained.
  std::optional<std::int64_t> tokens;
  std::int64_t steps = 0;
  std::int64_t skipped_steps = 0;  ///< whose gradient was not finite
  std::optional<std::string> precision;
  std::string precision_reason;
  std::int64_t seed = 0;
  std::optional<double> learning_rate;
  std::int64_t num_ranks = 1;
  std::string tokenizer;
  std::int64_t task_limit = 0;  ///< documents of each task that count; 0: all
  std::string data_hash;
  double wall_seconds = 0;
  std::optional<double> tokens_per_second;  ///< none where no step was timed
  std::optional<double> mfu;
  std::int64_t peak_memory_bytes = 0;
  std::string code_version;
  HardwareFacts hardware;

  // What came out.
  std::optional<ValidationScores> validation;  ///< none without held-out text
  TaskMetrics tasks;
  TaskMetrics task_parts;  ///< of the parts of tasks that are groups
  TaskMetrics baselines;   ///< of the held-out text without a model

  /// This run's values of the keys that its sweep varies, by dotted key.
  std::vector<std::pair<std::string, Json>> settings;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("format_version", format_version, {.required = true});
    v.field("name", name);
    v.field("status", status);
    v.field("design", design, {.required = true});
    v.field("hidden_size", hidden_size, {.min = 1});
    v.field("num_hidden_layers", num_hidden_layers, {.min = 1});
    v.field("head_dim", head_dim, {.min = 1, .required = true});
    v.field("num_attention_heads", num_attention_heads, {.min = 1, .required = true});
    v.field("num_key_value_heads", num_key_value_heads, {.min = 1, .required = true});
    v.field("num_kv_layers", num_kv_layers, {.min = 1, .required = true});
    v.field("kv_source_layers", kv_source_layers, {.min = 0});
    v.field("parameters", parameters, {.min = 1, .required = true});
    v.field("kv_bytes_per_token", kv_bytes_per_token, {.min = 1, .required = true});
    v.field("flops_per_token", flops_per_token, {.min = 0});
    v.field("flops_convention", flops_convention);
    v.field("tokens", tokens, {.min = 0});
    v.field("steps", steps, {.min = 0});
    v.field("skipped_steps", skipped_steps, {.min = 0});
    v.field("precision", precision);
    v.field("precision_reason", precision_reason);
    v.field("seed", seed, {.required = true});
    v.field("learning_rate", learning_rate, {.min = 0});
    v.field("num_ranks", num_ranks, {.min = 1});
    v.field("tokenizer", tokenizer, {.required = true});
    v.field("task_limit", task_limit, {.min = 0});
    v.field("data_hash", data_hash);
    v.field("wall_seconds", wall_seconds, {.min = 0});
    v.field("tokens_per_second", tokens_per_second, {.nullable = true});
    v.field("mfu", mfu, {.nullable = true});
    v.field("peak_memory_bytes", peak_memory_bytes, {.min = 0});
    v.field("code_version", code_version);
    v.section("hardware", hardware);
    v.section("validation", validation);
    v.map("tasks", tasks);
    v.map("task_parts", task_parts);
    v.map("baselines", baselines);
    v.map("settings", settings);
  }
};

/// A whole number of the format as it is written; `origin` for messages. Throws Error, which names
/// the key, where a key is unknown, missing or of a wrong type, and where format_version is that of
/// an older or a newer program.
RunRecord parse_record(std::string_view json, const std::string& origin);

/// parse_record of a file.
RunRecord read_record(const std::filesystem::path& file);

/// As it is written, and as `train --json` prints it.
Json record_json(const RunRecord& record);

/// Replaces the file as a whole.
void write_record(const std::filesystem::path& file, const RunRecord& record);

/// "validation perplexity 3.32, 1:15"; "validation perplexity not finite, ..." of a diverged run.
std::string result_text(const RunRecord& record);

}  // namespace lamina
