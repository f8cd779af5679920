#pragma once
#include "apps/run_settings.h"
#include "lamina/core/json_lines.h"
#include "lamina/data/prepare.h"
#include "lamina/dist/process_group.h"
#include "lamina/eval/held_out_text.h"
#include "lamina/eval/perplexity.h"
#include "lamina/model/decoder.h"

namespace lamina {

/// Scores a model on a run's held-out text: the fixed slice and the questions are made once.
class Scorer {
 public:
  Scorer(const RunSettings& settings, const PreparedData& data);

  /// Collective. Perplexity of the slice.
  Perplexity perplexity(const Decoder& model, const ProcessGroup& group) const;

  /// Collective. {"validation": {...}, "tasks": {task: {metric: value}}, "baselines": {...}}.
  Json all(const Decoder& model, const ProcessGroup& group) const;

 private:
  ScoringOptions options() const;
  Json baselines() const;

  RunSettings settings_;
  PreparedData data_;
  std::unique_ptr<Tokenizer> tokenizer_;
  HeldOutText text_;
};

}  // namespace lamina
