#include "apps/training.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "apps/check_run.h"
#include "apps/run_display.h"
#include "apps/score_text.h"
#include "apps/scoring.h"
#include "lamina/config/dotted.h"
#include "lamina/config/writer.h"
#include "lamina/core/code_version.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/log.h"
#include "lamina/core/stop_signal.h"
#include "lamina/core/units.h"
#include "lamina/design/cost.h"
#include "lamina/dist/agreement.h"
#include "lamina/model/initialise.h"
#include "lamina/sweep/progress.h"
#include "lamina/train/metrics_log.h"
#include "lamina/train/skipped_steps.h"
#include "lamina/train/trainer.h"

namespace lamina {
namespace {

const LaunchEnvironment& announced(const LaunchEnvironment& environment) {
  set_log_rank(environment.rank, environment.num_ranks);
  return environment;
}

/// What may differ from rank to rank: where it finds things, what it uses of its machine, what rank
/// 0 alone does. What is found in those places is compared by its hash.
constexpr std::array kMayDifferBetweenRanks{"output",
                                            "data.tokenizer",
                                            "data.train",
                                            "data.validation",
                                            "data.cache",
                                            "train.device",
                                            "train.local_ranks",
                                            "train.threads",
                                            "train.log_every_steps",
                                            "train.keep_checkpoints",
                                            "evaluation.data_dir",
                                            "evaluation.cache"};

/// What all ranks must have alike, by dotted keys.
Json common_settings(const Run& run) {
  RunSettings resolved = run.settings;
  resolved.model = spelled_out(resolved.model, run.spec);
  Json settings{{"code version", code_version()}};
  for (const auto& [key, value] : dotted_settings(settings_node(resolved))) {
    if (std::ranges::find(kMayDifferBetweenRanks, key) == kMayDifferBetweenRanks.end()) {
      settings[key] = value;
    }
  }
  return settings;
}

/// What a checkpoint must agree with to be gone on from: whatever changes the weights that come
/// out. The number of ranks and the size of micro-batches do not, but for rounding.
Json identity_of(const Run& run, const PreparedData& data) {
  const RunSettings& s = run.settings;
  return {{"model.design", run.spec.design},
          {"model", to_yaml(settings_node(spelled_out(s.model, run.spec)))},
          {"data", data.hash},
          {"data.sequence_length", s.data.sequence_length},
          {"train.tokens", s.train.tokens},
          {"train.batch_sequences", s.train.batch_sequences},
          {"train.precision", enum_name(s.train.precision)},
          {"train.seed", s.train.seed},
          {"optimizer", to_yaml(settings_node(s.optimizer))}};
}

/// The numbers of the model that a record and its tables show.
Json describe_model(const Run& run) {
  const ModelSpec& spec = run.spec;
  return {{"design", spec.design},
          {"hidden_size", spec.hidden_size},
          {"num_hidden_layers", spec.num_hidden_layers},
          {"head_dim", spec.head_dim},
          {"num_attention_heads", spec.num_attention_heads},
          {"num_key_value_heads", spec.num_key_value_heads},
          {"num_kv_layers", spec.num_kv_layers()},
          {"kv_source_layers", spec.kv_source_layers},
          {"parameters", count_parameters(spec).total()},
          {"kv_bytes_per_token", kv_bytes_per_token(spec)},
          {"flops_per_token", training_flops_per_token(spec, run.settings.data.sequence_length)}};
}

/// One run from its start, or its newest checkpoint, to its record.
class TrainingRun {
 public:
  TrainingRun(const Run& run, std::vector<AskedTask> tasks)
      : run_(run),
        folder_(run.settings.folder()),
        workplace_(run),
        prepared_(announce_and_prepare()),
        data_(prepared_.sources, {run.settings.data.sequence_length, run.spec.vocab_size,
                                  static_cast<std::uint64_t>(run.settings.train.seed)}),
        scorer_(run.settings, run.spec, prepared_, std::move(tasks)),
        trainer_(run.settings.train, run.settings.optimizer,
                 {workplace_.model, data_, workplace_.group}) {}

  int to_its_end(Json& record);

 private:
  PreparedData announce_and_prepare();
  void start();
  MetricsLog::Rates rates() const;
  void train();
  StepResult step();
  void begin(const std::string& phase);
  void log_step(const StepResult& result);
  void warn_of_skipped_step(const StepResult& result);
  void save();
  void save_periodically();
  [[noreturn]] void stop(const std::string& meanwhile = "");
  bool is_evaluation_due() const;
  bool evaluate();
  void validate();
  Json make_record() const;
  bool is_first() const { return workplace_.group.is_first(); }

  const Run& run_;
  std::filesystem::path folder_;
  Workplace workplace_;
  std::optional<RunDisplay> display_;  ///< rank 0's
  PreparedData prepared_;
  BatchSource data_;
  Scorer scorer_;
  Trainer trainer_;
  std::optional<MetricsLog> metrics_;                   ///< rank 0 alone writes them
  std::optional<std::pair<std::int64_t, bool>> saved_;  ///< step, and whether evaluation was due
};

/// In a sweep the folder is there from the start, and with it who reads the status.
PreparedData TrainingRun::announce_and_prepare() {
  if (is_first()) {
    announce(run_, workplace_.placement, workplace_.group.size());
    display_.emplace(run_, workplace_.placement, workplace_.group.size());
    if (std::filesystem::is_directory(folder_)) display_->keep_status_in(folder_);
    display_->begin("preparing the text");
  }
  return prepare_in_turn(run_.settings.data, workplace_.group);
}

void TrainingRun::start() {
  if (is_first()) {
    std::filesystem::create_directories(folder_);
    add_log_file(folder_ / "log.txt");
    display_->keep_status_in(folder_);
    begin("initialising");
  }
  initialise(workplace_.model, static_cast<std::uint64_t>(run_.settings.train.seed));
  trainer_.set_identity(identity_of(run_, prepared_));
  trainer_.set_tokenizer(
      {tokenizer_files(prepared_.tokenizer), scorer_.tokenizer().end_of_document()});
  const bool resumed = trainer_.resume(folder_);
  if (resumed) saved_.emplace(trainer_.state().step, trainer_.state().evaluation_due);
  if (!is_first()) return;
  write_file_atomically(folder_ / "config.yaml", resolved_yaml(run_));
  log_info("data {}", prepared_.hash);
  if (resumed) log_info("resumes from step {}", trainer_.state().step);
}

void TrainingRun::begin(const std::string& phase) {
  if (display_) display_->begin(phase);
}

StepResult TrainingRun::step() {
  if (!display_) return trainer_.step();
  display_->start_step();
  const StepResult result = trainer_.step(
      [this](std::int64_t done, std::int64_t count) { display_->end_micro_batch(done, count); });
  if (result.whole) display_->end_step();
  return result;
}

MetricsLog::Rates TrainingRun::rates() const {
  MetricsLog::Rates rates;
  rates.num_steps = trainer_.num_steps();
  rates.tokens_per_step = trainer_.tokens_per_step();
  rates.flops_per_token = training_flops_per_token(run_.spec, run_.settings.data.sequence_length);
  rates.peak_flops = measure_peak_flops(workplace_.placement) * workplace_.group.size();
  rates.log_every_steps = run_.settings.train.log_every_steps;
  return rates;
}

void TrainingRun::log_step(const StepResult& result) {
  if (!metrics_) return;
  const auto line =
      metrics_->add_step(trainer_.state(), result, peak_memory_bytes(workplace_.placement));
  if (line) display_->note_metrics(*line);
  warn_of_skipped_step(result);
}

/// The first of each row of them.
void TrainingRun::warn_of_skipped_step(const StepResult& result) {
  const TrainingState& state = trainer_.state();
  if (!result.applied && state.skipped_in_row == 1) {
    display_->clear();
    log_warning(
        "step {}: skipped, as its gradient is not finite (loss {:.4g}, learning rate {:.4g})",
        state.step, result.loss, result.learning_rate);
  }
}

bool TrainingRun::is_evaluation_due() const {
  const std::int64_t every = run_.settings.evaluation.every_steps;
  return every > 0 && trainer_.state().step % every == 0 && !trainer_.finished();
}

/// Returns false where a stop came in the way; it is due again when the run goes on.
bool TrainingRun::evaluate() {
  begin(fmt::format("step {}: evaluating", trainer_.state().step));
  try {
    validate();
    trainer_.set_evaluation_due(false);
  } catch (const Stopped&) {
    trainer_.set_evaluation_due(true);
  }
  return !trainer_.state().evaluation_due;
}

/// Held-out text and tasks, by the weights as they are.
void TrainingRun::validate() {
  const auto held_out = scorer_.perplexity(workplace_.model, workplace_.group);
  const Json tasks = scorer_.tasks(workplace_.model, workplace_.group);
  if (!metrics_) return;
  Json line{{"tasks", tasks["tasks"]}};
  if (held_out) {
    line.update({{"validation_loss", held_out->loss()},
                 {"validation_perplexity", held_out->perplexity()},
                 {"validation_bits_per_byte", held_out->bits_per_byte()}});
  }
  metrics_->add_validation(trainer_.state(), line);
  if (!held_out) return;
  log_info("step {}: validation perplexity {:.4g}", trainer_.state().step, held_out->perplexity());
}

void TrainingRun::save() {
  const std::pair now(trainer_.state().step, trainer_.state().evaluation_due);
  if (saved_ == now || now.first == 0) return;
  trainer_.save(folder_);
  saved_ = now;
}

/// Not within a row of skipped steps, whose checkpoints would take the place of those before.
void TrainingRun::save_periodically() {
  const std::int64_t every = run_.settings.train.checkpoint_every_steps;
  const TrainingState& state = trainer_.state();
  if (every > 0 && state.step % every == 0 && state.skipped_in_row == 0) save();
}

void TrainingRun::stop(const std::string& meanwhile) {
  begin("stopping");
  save();
  const std::int64_t step = trainer_.state().step;
  const std::string kept =
      step == 0 ? "nothing to save before the first step" : "its checkpoint is saved";
  throw Stopped(fmt::format("at step {}{}; {}", step, meanwhile, kept));
}

/// Throws Stopped where it was asked to stop before the end.
void TrainingRun::train() {
  if (trainer_.state().evaluation_due && !evaluate()) stop();
  while (!trainer_.finished()) {
    const StepResult result = step();
    if (!result.whole) stop(fmt::format(", step {} dropped", trainer_.state().step + 1));
    log_step(result);
    check_skipped_steps(trainer_.state(), result, trainer_.finished());
    if (is_evaluation_due() && !evaluate()) stop();
    if (result.stop && !trainer_.finished()) stop();
    if (!trainer_.finished()) save_periodically();
  }
  save();
}

Json TrainingRun::make_record() const {
  const RunSettings& settings = run_.settings;
  Json record{{"name", settings.name}, {"status", "complete"}};
  record.update(describe_model(run_));
  record.update({{"tokens", trainer_.state().tokens},
                 {"steps", trainer_.state().step},
                 {"skipped_steps", trainer_.state().skipped_steps},
                 {"precision", enum_name(settings.train.precision)},
                 {"precision_reason", run_.precision_reason},
                 {"seed", settings.train.seed},
                 {"learning_rate", settings.optimizer.schedule.learning_rate},
                 {"num_ranks", workplace_.group.size()},
                 {"tokenizer", scorer_.tokenizer_name()},
                 {"task_limit", settings.evaluation.limit},
                 {"data_hash", prepared_.hash},
                 {"wall_seconds", trainer_.wall_seconds()},
                 {"tokens_per_second", metrics_->tokens_per_second()},
                 {"mfu", metrics_->mfu()},
                 {"flops_convention", kFlopsConvention},
                 {"peak_memory_bytes", peak_memory_bytes(workplace_.placement)},
                 {"code_version", code_version()},
                 {"hardware", describe_hardware(workplace_.placement)}});
  return record;
}

int TrainingRun::to_its_end(Json& record) {
  start();
  if (is_first()) metrics_.emplace(folder_ / "metrics.jsonl", trainer_.state().step, rates());
  if (is_first()) display_->begin_training(trainer_.num_steps(), trainer_.state().step);
  train();
  begin("scoring");
  Json scores;
  try {
    scores = scorer_.all(workplace_.model, workplace_.group);
  } catch (const Stopped&) {
    stop(", its last, while scoring");
  }
  if (!is_first()) return kExitGood;
  record = make_record();
  record.update(scores);
  write_file_atomically(folder_ / "result.json", record.dump(2) + "\n");
  std::istringstream lines(scores_text(scores["tasks"]));
  for (std::string line; std::getline(lines, line);) log_info("{}", line);
  log_info("{}: {}", run_.settings.name, result_text(record));
  return kExitGood;
}

}  // namespace

Placement threads_and_placement(const TrainSettings& settings, int local_rank) {
  if (settings.threads > 0) at::set_num_threads(static_cast<int>(settings.threads));
  return choose_placement(settings, local_rank);
}

Workplace::Workplace(const Run& run)
    : environment(announced(launch_environment())),
      placement(threads_and_placement(run.settings.train, environment.local_rank)),
      group(environment, placement.device),
      model(run.spec, placement) {
  require_agreement(group, common_settings(run));
}

PreparedData prepare_in_turn(const DataSettings& settings, const ProcessGroup& group) {
  PreparedData data;
  group.first_before_others([&] { data = prepare_cached(settings, {}, group.is_first()); });
  require_agreement(group, {{"data hash", data.hash}});
  return data;
}

int train_run(const Run& run, Json& record) {
  int status = kExitFailed;
  with_places(run.written, [&] {
    auto tasks = before_joining([&] { return check_trainable(run); });
    status = TrainingRun(run, std::move(tasks)).to_its_end(record);
  });
  return status;
}

}  // namespace lamina
