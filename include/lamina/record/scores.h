#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lamina/core/json_lines.h"
#include "lamina/core/record_keys.h"
#include "lamina/core/setting.h"

namespace lamina {

/// Values by name, in written order; none where a value is not a finite number (JSON null).
using Metrics = std::vector<std::pair<std::string, std::optional<double>>>;

/// Metrics by the name of the task, or of the baseline, that they belong to.
using TaskMetrics = std::vector<std::pair<std::string, Metrics>>;

/// The value of a metric: NaN where it is not finite, none where there is no such metric.
std::optional<double> find_metric(const Metrics& metrics, std::string_view name);

/// The held-out text's part of a record.
struct ValidationScores {
  std::optional<double> loss;        ///< in nats per token; none: not finite, as are the others
  std::optional<double> perplexity;  ///< per token
  std::optional<double> bits_per_byte;
  std::optional<double> byte_perplexity;
  std::optional<double> word_perplexity;
  std::optional<std::int64_t> tokens;
  std::optional<std::int64_t> bytes;
  std::optional<std::int64_t> words;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("loss", loss, {.nullable = true});
    v.field("perplexity", perplexity, {.required = true, .nullable = true});
    v.field("bits_per_byte", bits_per_byte, {.nullable = true});
    v.field("byte_perplexity", byte_perplexity, {.nullable = true});
    v.field("word_perplexity", word_perplexity, {.nullable = true});
    v.field("tokens", tokens, {.min = 1});
    v.field("bytes", bytes, {.min = 1});
    v.field("words", words, {.min = 0});
  }
};

/// The metrics of {task: {metric: value}}: null and what is not finite become none, and "N/A", for
/// an error that is not known, is left out.
TaskMetrics task_metrics_of(const Json& scores);

}  // namespace lamina
