#include <spdlog/fmt/fmt.h>

#include <cstdio>

#include "apps/command.h"
#include "apps/inspect.h"
#include "lamina/core/error.h"
#include "lamina/core/json_lines.h"
#include "lamina/core/units.h"
#include "lamina/design/cost.h"

namespace lamina {
namespace {

constexpr double kSecondsPerHour = 3600;

/// Everything that inspect knows, in the names of its JSON.
struct Report {
  const Run& run;
  ParameterCount parameters = count_parameters(run.spec);
  std::int64_t kv_bytes = kv_bytes_per_token(run.spec);
  double flops = training_flops_per_token(run.spec, run.settings.data.sequence_length);
  TrainingMemory memory = estimate_training_memory(
      run.spec, run.settings.train.micro_batch_sequences* run.settings.data.sequence_length,
      run.settings.train.precision == Precision::kBf16);
  double total_flops = flops * static_cast<double>(run.settings.train.tokens);
};

Json to_json(const Report& report) {
  const ModelSpec& spec = report.run.spec;
  return {{"design", spec.design},
          {"kv_source_layers", spec.kv_source_layers},
          {"num_kv_layers", spec.num_kv_layers()},
          {"head_dim", spec.head_dim},
          {"num_attention_heads", spec.num_attention_heads},
          {"num_key_value_heads", spec.num_key_value_heads},
          {"parameters", report.parameters.total()},
          {"parameters_by_part",
           {{"embedding", report.parameters.embedding},
            {"query_output", report.parameters.query_output},
            {"key_value", report.parameters.key_value},
            {"mlp", report.parameters.mlp},
            {"norms", report.parameters.norms},
            {"lm_head", report.parameters.lm_head}}},
          {"kv_bytes_per_token", report.kv_bytes},
          {"precision", enum_name(report.run.settings.train.precision)},
          {"precision_reason", report.run.precision_reason},
          {"flops_per_token", report.flops},
          {"training_flops", report.total_flops},
          {"training_memory_bytes",
           {{"weights", report.memory.weights},
            {"gradients", report.memory.gradients},
            {"optimizer", report.memory.optimizer},
            {"activations", report.memory.activations},
            {"loss_block", report.memory.loss_block},
            {"total", report.memory.total()}}}};
}

std::string parameters_text(const ParameterCount& count) {
  std::string text = fmt::format("parameters            {:>16}\n", grouped(count.total()));
  for (const auto& [part, values] : {std::pair{"embedding", count.embedding},
                                     {"Q and output", count.query_output},
                                     {"K and V", count.key_value},
                                     {"MLP", count.mlp},
                                     {"norms", count.norms},
                                     {"LM head", count.lm_head}}) {
    text += fmt::format("  {:<20}{:>16}\n", part, grouped(values));
  }
  return text;
}

std::string memory_text(const Report& report) {
  const TrainingMemory& memory = report.memory;
  return fmt::format(
      "training memory         about {} on each device, for micro-batches of {} x {} tokens:\n"
      "                        weights {}, gradients {}, optimizer {}, activations {}, logits {}\n",
      readable_bytes(memory.total()), report.run.settings.train.micro_batch_sequences,
      report.run.settings.data.sequence_length, readable_bytes(memory.weights),
      readable_bytes(memory.gradients), readable_bytes(memory.optimizer),
      readable_bytes(memory.activations), readable_bytes(memory.loss_block));
}

std::string time_text(const Report& report, double tflops) {
  if (report.run.settings.train.tokens == 0) return "";
  const double seconds = report.total_flops / (tflops * 1e12);
  return fmt::format(
      "training                {} tokens, {}FLOPs: {:.3g} device-hours at {:g} TFLOP/s\n",
      readable_count(static_cast<double>(report.run.settings.train.tokens)),
      readable_count(report.total_flops), seconds / kSecondsPerHour, tflops);
}

std::string to_text(const Report& report, double tflops) {
  const ModelSpec& spec = report.run.spec;
  return fmt::format(
             "{}: {} layers, width {}, {} query heads and {} KV heads of {}, {} KV "
             "layers\n\n{}\n{}",
             spec.design, spec.num_hidden_layers, spec.hidden_size, spec.num_attention_heads,
             spec.num_key_value_heads, spec.head_dim, spec.num_kv_layers(),
             draw_layer_map(spec.kv_source_layers), parameters_text(report.parameters)) +
         fmt::format("KV cache              {:>16} bytes/token at 16 bits\n",
                     grouped(report.kv_bytes)) +
         fmt::format(
             "training              {:>16}FLOPs/token at {} tokens\n                        ({})\n",
             readable_count(report.flops), report.run.settings.data.sequence_length,
             kFlopsConvention) +
         fmt::format("precision             {:>16} ({})\n",
                     enum_name(report.run.settings.train.precision), report.run.precision_reason) +
         memory_text(report) + time_text(report, tflops);
}

}  // namespace

CLI::App* add_inspect_command(CLI::App& program, InspectArguments& arguments) {
  CLI::App* command = program.add_subcommand(
      "inspect",
      "layer map, parameters, FLOPs, KV bytes, memory and time of a design, without making it; "
      "where data.train is set, checks all that train would");
  arguments.config = add_config_arguments(*command);
  command->add_option("--tflops", arguments.tflops, "what a device achieves, for the time estimate")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  return command;
}

int print_inspection(Run run, const InspectArguments& arguments) {
  resolve_precision(run, run.settings.folder());
  const Report report{run};
  const std::string text =
      arguments.config->json ? to_json(report).dump() + "\n" : to_text(report, arguments.tflops);
  std::fputs(text.c_str(), stdout);
  return kExitGood;
}

}  // namespace lamina
