#include <ATen/Parallel.h>
#include <spdlog/fmt/fmt.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "apps/command.h"
#include "lamina/core/live_lines.h"
#include "lamina/core/random.h"
#include "lamina/core/stop_signal.h"
#include "lamina/core/units.h"
#include "lamina/data/token_file_writer.h"
#include "lamina/design/cost.h"
#include "lamina/model/initialise.h"
#include "lamina/run/run_context.h"
#include "lamina/train/hardware.h"
#include "lamina/train/trainer.h"

namespace lamina {
namespace {

struct BenchArguments {
  std::shared_ptr<ConfigArguments> config;
  std::int64_t warmup_steps = 5;
  std::int64_t steps = 20;
};

/// A token file of uniform random tokens in the temporary folder, removed at the end: the bench
/// reads through the same code as a run does.
class RandomTokens {
 public:
  RandomTokens(std::int64_t num_tokens, std::int64_t vocab_size)
      : prefix_(std::filesystem::temp_directory_path() /
                fmt::format("lamina-bench-{}", ::getpid())) {
    std::vector<TokenId> tokens;
    for (std::int64_t i = 0; i < num_tokens; ++i) {
      tokens.push_back(static_cast<TokenId>(
          random_below(static_cast<std::uint64_t>(vocab_size), 0, static_cast<std::uint64_t>(i))));
    }
    TokenFileWriter writer(prefix_, vocab_size);
    writer.append(tokens);
    writer.end_document();
    writer.finish({});
  }
  ~RandomTokens() {
    std::error_code ignored;
    for (const char* ending : {".bin", ".idx", ".json"})
      std::filesystem::remove(with_ending(prefix_, ending), ignored);
  }

  const std::filesystem::path& prefix() const { return prefix_; }

 private:
  std::filesystem::path prefix_;
};

double median_step_seconds(Trainer& trainer, const Placement& placement,
                           const BenchArguments& arguments) {
  std::vector<double> seconds;
  for (std::int64_t i = 0; i < arguments.warmup_steps + arguments.steps; ++i) {
    synchronize(placement);
    const double start = monotonic_seconds();
    if (!trainer.step().whole) throw Stopped("while steps were being timed");
    synchronize(placement);
    if (i >= arguments.warmup_steps) seconds.push_back(monotonic_seconds() - start);
  }
  std::nth_element(seconds.begin(), seconds.begin() + std::ssize(seconds) / 2, seconds.end());
  return seconds[seconds.size() / 2];
}

Json bench_training(Run run, const BenchArguments& arguments) {
  const std::int64_t length = run.settings.data.sequence_length;
  const std::int64_t tokens_per_step = run.settings.train.batch_sequences * length;
  run.settings.train.tokens = tokens_per_step * (arguments.warmup_steps + arguments.steps);
  resolve_precision(run);
  const RandomTokens tokens(tokens_per_step + 1, run.spec.vocab_size);
  RunContext context(run);
  initialise(context.model, 0);
  const BatchSource data(std::array{tokens.prefix()}, {length, run.spec.vocab_size, 0});
  Trainer trainer(run.settings.train, run.settings.optimizer, {context.model, data, context.group});

  const double seconds = median_step_seconds(trainer, context.placement, arguments);
  const std::int64_t memory = peak_memory_bytes(context.placement);
  const double peak = measure_peak_flops(context.placement) * context.group.size();
  const double flops_per_token = training_flops_per_token(run.spec, length);
  const double rate = static_cast<double>(tokens_per_step) / seconds;
  return {{"design", run.spec.design},
          {"parameters", count_parameters(run.spec).total()},
          {"precision", enum_name(run.settings.train.precision)},
          {"precision_reason", run.precision_reason},
          {"threads", at::get_num_threads()},
          {"tokens_per_second", rate},
          {"ms_per_step", 1000 * seconds},
          {"flops_per_token", flops_per_token},
          {"tflops", rate * flops_per_token / 1e12},
          {"peak_tflops", peak / 1e12},
          {"mfu", rate * flops_per_token / peak},
          {"peak_memory_bytes", memory},
          {"flops_convention", kFlopsConvention}};
}

std::string to_text(const Json& result) {
  return fmt::format(
      "{}, {} ({}): {}tokens/s, {:.1f} ms/step, {:.3f} TFLOP/s = {:.1f} % of the {:.3f} a matrix "
      "product reaches, peak memory {}\n({})\n",
      result["design"].get<std::string>(), result["precision"].get<std::string>(),
      result["precision_reason"].get<std::string>(), readable_count(result["tokens_per_second"]),
      result["ms_per_step"].get<double>(), result["tflops"].get<double>(),
      100 * result["mfu"].get<double>(), result["peak_tflops"].get<double>(),
      readable_bytes(result["peak_memory_bytes"]), kFlopsConvention);
}

}  // namespace

void add_bench(CLI::App& program, Action& action) {
  CLI::App* bench = add_torch_command(program, "bench");
  bench->require_subcommand(1);
  CLI::App* command = bench->add_subcommand("train", "training steps on random tokens");
  BenchArguments arguments{add_config_arguments(*command)};
  const auto shared = std::make_shared<BenchArguments>(arguments);
  command->add_option("--steps", shared->steps, "timed steps; their median counts")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  command->add_option("--warmup", shared->warmup_steps, "steps before those")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  command->callback([=, &action] {
    action = [=] {
      const Json result =
          bench_training(load_run(shared->config->config, shared->config->overrides), *shared);
      std::fputs((shared->config->json ? result.dump() + "\n" : to_text(result)).c_str(), stdout);
      return 0;
    };
  });
}

}  // namespace lamina
