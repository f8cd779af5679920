#pragma once
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "lamina/config/node.h"
#include "lamina/data/settings.h"
#include "lamina/design/model_settings.h"
#include "lamina/eval/settings.h"
#include "lamina/optim/settings.h"
#include "lamina/text/tokenizer.h"
#include "lamina/train/settings.h"

namespace lamina {

/// A whole configuration file.
struct RunSettings {
  std::string name = "run";
  std::string output = "runs";
  ModelSettings model;
  DataSettings data;
  TrainSettings train;
  OptimizerSettings optimizer;
  EvaluationSettings evaluation;

  std::filesystem::path folder() const { return std::filesystem::path(output) / name; }

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("name", name,
            {.help = "the run's folder inside output; default: the file's name without its ending",
             .file_name = true});
    v.field("output", output, {.help = "folder of runs, relative to the current folder"});
    v.section("model", model, "the decoder, in the names of Hugging Face's config.json");
    v.section("data", data, "what is read");
    v.section("train", train, "how long, in which pieces, on what");
    v.section("optimizer", optimizer, "AdamW and its learning rate");
    v.section("evaluation", evaluation, "what is scored");
  }
};

/// A configuration with its model resolved.
struct Run {
  RunSettings settings;
  ModelSpec spec;
  std::string precision_reason;  ///< set by resolve_precision
  Node written = {};             ///< the whole tree, for the places of its keys
};

/// Calls `action`; a SettingError that it throws becomes a UsageError with the place where the key,
/// or the nearest section around it that is written, is.
void with_places(const Node& written, const std::function<void()>& action);

/// Reads one whole tree and settles its model. A contradiction between settings is reported at the
/// place of the key it names.
Run resolve_run(const Node& root);

/// resolve_run of a file with its bases and overrides; a run without a name is called as its file.
Run load_run(const std::filesystem::path& file, std::span<const std::string> overrides);

/// Replaces train.precision by what it means here and now (see run/precision.h).
void resolve_precision(Run& run, const std::filesystem::path& run_folder = {});

/// The resolved configuration, config.yaml of a run's folder: every default explicit.
std::string resolved_yaml(const Run& run);

}  // namespace lamina
