#include "lamina/run/training_run.h"

#include <cmath>
#include <sstream>

#include "lamina/config/difference.h"
#include "lamina/config/writer.h"
#include "lamina/core/code_version.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/log.h"
#include "lamina/core/stop_signal.h"
#include "lamina/core/units.h"
#include "lamina/design/cost.h"
#include "lamina/model/initialise.h"
#include "lamina/record/deciding_part.h"
#include "lamina/record/run_folder.h"
#include "lamina/record/run_lock.h"
#include "lamina/record/run_record.h"
#include "lamina/run/check_run.h"
#include "lamina/run/run_context.h"
#include "lamina/run/score_text.h"
#include "lamina/run/scorer.h"
#include "lamina/train/hardware.h"
#include "lamina/train/metrics_log.h"
#include "lamina/train/skipped_steps.h"
#include "lamina/train/trainer.h"
#include "run_display.h"

namespace lamina {
namespace {

/// What a checkpoint must agree with to be resumed from: whatever changes the weights that come
/// out. The number of ranks and the size of micro-batches do not, but for rounding.
RunIdentity identity_of(const Run& run, const PreparedData& data) {
  const RunSettings& s = run.settings;
  return {{"model.design", run.spec.design},
          {"model", to_yaml(settings_node(explicit_settings(s.model, run.spec)))},
          {"data", data.hash},
          {"data.sequence_length", s.data.sequence_length},
          {"train.tokens", s.train.tokens},
          {"train.batch_sequences", s.train.batch_sequences},
          {"train.precision", enum_name(s.train.precision)},
          {"train.seed", s.train.seed},
          {"optimizer", to_yaml(settings_node(s.optimizer))}};
}

/// What a record says of the model.
void describe_model(const Run& run, RunRecord& record) {
  const ModelSpec& spec = run.spec;
  record.design = spec.design;
  record.hidden_size = spec.hidden_size;
  record.num_hidden_layers = spec.num_hidden_layers;
  record.head_dim = spec.head_dim;
  record.num_attention_heads = spec.num_attention_heads;
  record.num_key_value_heads = spec.num_key_value_heads;
  record.num_kv_layers = spec.num_kv_layers();
  record.kv_source_layers = spec.kv_source_layers;
  record.parameters = count_parameters(spec).total();
  record.kv_bytes_per_token = kv_bytes_per_token(spec);
  record.flops_per_token = training_flops_per_token(spec, run.settings.data.sequence_length);
  record.flops_convention = kFlopsConvention;
}

/// What a record says of the settings.
void describe_settings(const Run& run, RunRecord& record) {
  const RunSettings& settings = run.settings;
  record.name = settings.name;
  record.precision = enum_name(settings.train.precision);
  record.precision_reason = run.precision_reason;
  record.seed = settings.train.seed;
  record.learning_rate = settings.optimizer.schedule.learning_rate;
  record.task_limit = settings.evaluation.limit;
}

std::optional<double> finite(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// One run from its start, or its newest checkpoint, to its record.
class TrainingRun {
 public:
  TrainingRun(const Run& run, std::vector<RequestedTask> tasks)
      : run_(run),
        folder_(run.settings.folder()),
        context_(run),
        prepared_(announce_and_prepare()),
        data_(in_section("data", [&] { return batches(); })),
        scorer_(run.settings, run.spec, prepared_, std::move(tasks)),
        trainer_(in_section("train", [&] {
          return Trainer(run.settings.train, run.settings.optimizer,
                         {context_.model, data_, context_.group});
        })) {}

  /// The record, on rank 0.
  std::optional<RunRecord> run();

 private:
  BatchSource batches() const;
  void start_folder();
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
  [[noreturn]] void stop(const std::string& detail = "");
  bool is_evaluation_due() const;
  bool evaluate();
  void validate();
  RunRecord make_record(const Json& scores) const;
  void report(const RunRecord& record, const Json& scores) const;
  bool is_first() const { return context_.group.is_first(); }

  const Run& run_;
  RunFolder folder_;
  RunContext context_;
  std::optional<RunLock> lock_;        ///< rank 0's
  std::optional<RunDisplay> display_;  ///< rank 0's
  PreparedData prepared_;
  BatchSource data_;
  Scorer scorer_;
  Trainer trainer_;
  std::optional<MetricsLog> metrics_;                   ///< rank 0 alone writes them
  std::optional<std::pair<std::int64_t, bool>> saved_;  ///< step, and whether evaluation was due
};

BatchSource TrainingRun::batches() const {
  return BatchSource(prepared_.sources, {run_.settings.data.sequence_length, run_.spec.vocab_size,
                                         static_cast<std::uint64_t>(run_.settings.train.seed)});
}

/// Makes the run's folder this process's own, and what is kept in it from now on.
void TrainingRun::start_folder() {
  std::filesystem::create_directories(folder_.path());
  if (!lock_) lock_.emplace(folder_.lock());
  display_->keep_status_in(folder_.status());
}

/// In a sweep the folder is there from the start, and with it who reads the status.
PreparedData TrainingRun::announce_and_prepare() {
  if (is_first()) {
    announce(run_, context_.placement, context_.group.size());
    display_.emplace(run_, context_.placement, context_.group.size());
    if (std::filesystem::is_directory(folder_.path())) start_folder();
    display_->begin("preparing the text");
  }
  return prepare_data(run_.settings.data, context_.group);
}

void TrainingRun::start() {
  if (is_first()) {
    start_folder();
    add_log_file(folder_.log());
    begin("initialising");
  }
  initialise(context_.model, static_cast<std::uint64_t>(run_.settings.train.seed));
  trainer_.set_identity(identity_of(run_, prepared_));
  trainer_.set_tokenizer({tokenizer_files(prepared_.tokenizer), scorer_.tokenizer().eos_id()});
  const bool resumed = trainer_.resume(folder_);
  if (resumed) saved_.emplace(trainer_.state().step, trainer_.state().evaluation_due);
  if (!is_first()) return;
  write_file_atomically(folder_.config(), resolved_yaml(run_));
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
  rates.peak_flops = measure_peak_flops(context_.placement) * context_.group.size();
  rates.log_every_steps = run_.settings.train.log_every_steps;
  return rates;
}

void TrainingRun::log_step(const StepResult& result) {
  if (!metrics_) return;
  const auto line =
      metrics_->add_step(trainer_.state(), result, peak_memory_bytes(context_.placement));
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

/// Returns false if a stop interrupted it; it is then due again when the run resumes.
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
  const auto held_out = scorer_.perplexity(context_.model, context_.group);
  const Json tasks = scorer_.tasks(context_.model, context_.group);
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

void TrainingRun::stop(const std::string& detail) {
  begin("stopping");
  save();
  const std::int64_t step = trainer_.state().step;
  const std::string kept =
      step == 0 ? "nothing to save before the first step" : "its checkpoint is saved";
  throw Stopped(fmt::format("at step {}{}; {}", step, detail, kept));
}

/// Throws Stopped if a stop is requested before the last step.
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

RunRecord TrainingRun::make_record(const Json& scores) const {
  RunRecord record;
  describe_model(run_, record);
  describe_settings(run_, record);
  const TrainingState& state = trainer_.state();
  record.tokens = state.tokens;
  record.steps = state.step;
  record.skipped_steps = state.skipped_steps;
  record.num_ranks = context_.group.size();
  record.tokenizer = scorer_.tokenizer_name();
  record.data_hash = prepared_.hash;
  record.wall_seconds = trainer_.wall_seconds();
  record.tokens_per_second = finite(metrics_->tokens_per_second());
  record.mfu = finite(metrics_->mfu());
  record.peak_memory_bytes = peak_memory_bytes(context_.placement);
  record.code_version = code_version();
  record.hardware = describe_hardware(context_.placement);
  add_scores(scores, record);
  return record;
}

void TrainingRun::report(const RunRecord& record, const Json& scores) const {
  std::istringstream lines(scores_text(scores["tasks"]));
  for (std::string line; std::getline(lines, line);) log_info("{}", line);
  log_info("{}: {}", record.name, result_text(record));
}

std::optional<RunRecord> TrainingRun::run() {
  start();
  if (is_first()) {
    metrics_.emplace(folder_.metrics(), trainer_.state().step, rates());
    display_->begin_training(trainer_.num_steps(), trainer_.state().step);
  }
  train();
  begin("scoring");
  Json scores;
  try {
    scores = scorer_.all(context_.model, context_.group);
  } catch (const Stopped&) {
    stop(", its last, while scoring");
  }
  if (!is_first()) return std::nullopt;
  RunRecord record = make_record(scores);
  write_record(folder_.record(), record);
  report(record, scores);
  return record;
}

}  // namespace

std::optional<RunRecord> train_run(const Run& run) {
  std::optional<RunRecord> record;
  with_places(run.written, [&] {
    auto tasks = before_joining([&] { return check_trainable(run); });
    record = TrainingRun(run, std::move(tasks)).run();
  });
  return record;
}

RunRecord completed_record(const Run& run) {
  const RunFolder folder(run.settings.folder());
  const std::string file = folder.config().string();
  const auto difference = first_difference(deciding_part(parse_yaml(read_file(file), file)),
                                           deciding_part(parse_yaml(resolved_yaml(run), "now")));
  if (difference) {
    throw Error(
        fmt::format("{}: holds a complete run of another configuration: {}; choose another name, "
                    "or remove the folder",
                    folder.path().string(), difference->text()));
  }
  log_info("{}: is complete already; nothing to do", folder.path().string());
  return read_record(folder.record());
}

}  // namespace lamina
