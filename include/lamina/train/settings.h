#pragma once
#include <array>
#include <cstdint>

#include "lamina/core/setting.h"

namespace lamina {

/// The dtype of the operands of matrix products. run/precision.h resolves kAuto.
enum class Precision { kAuto, kBf16, kFloat32 };
enum class DeviceKind { kAuto, kCpu, kCuda };

template <>
struct EnumNames<Precision> {
  static constexpr std::array names{"auto", "bf16", "float32"};
};
template <>
struct EnumNames<DeviceKind> {
  static constexpr std::array names{"auto", "cpu", "cuda"};
};

/// The `train` section of a configuration. `help` below documents each field.
struct TrainSettings {
  std::int64_t tokens = 0;
  std::int64_t batch_sequences = 32;
  std::int64_t micro_batch_sequences = 8;
  Precision precision = Precision::kAuto;
  std::int64_t seed = 0;
  DeviceKind device = DeviceKind::kAuto;
  std::int64_t local_ranks = 1;
  std::int64_t threads = 0;
  std::int64_t log_every_steps = 10;
  std::int64_t checkpoint_every_steps = 500;
  std::int64_t keep_checkpoints = 2;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("tokens", tokens,
            {.help = "tokens to train on; rounded up to whole batches",
             .min = 0,
             .max = 1e18,
             .unit = "tokens"});
    v.field("batch_sequences", batch_sequences,
            {.help = "sequences per step, over all ranks",
             .min = 1,
             .max = 1 << 24,
             .unit = "sequences"});
    v.field("micro_batch_sequences", micro_batch_sequences,
            {.help = "sequences that a rank processes at once",
             .min = 1,
             .max = 1 << 20,
             .unit = "sequences"});
    v.field("precision", precision,
            {.help = "dtype of matrix products; weights are float32. auto: bf16 if the device "
                     "multiplies bf16 matrices faster than float32 ones, otherwise float32"});
    v.field("seed", seed,
            {.help = "seed of initial weights and sample order", .min = 0, .max = 9e15});
    v.field("device", device, {.help = "auto: a GPU if there is one, otherwise the CPU"});
    v.field("local_ranks", local_ranks,
            {.help = "ranks to start on this machine, unless a launcher started them",
             .min = 1,
             .max = 1024});
    v.field("threads", threads,
            {.help = "CPU threads per rank; 0: all cores", .min = 0, .max = 4096});
    v.field(
        "log_every_steps", log_every_steps,
        {.help = "steps between lines of metrics.jsonl", .min = 1, .max = 1e9, .unit = "steps"});
    v.field("checkpoint_every_steps", checkpoint_every_steps,
            {.help = "steps between checkpoints; 0: only after the last step and when stopped",
             .min = 0,
             .max = 1e12,
             .unit = "steps"});
    v.field("keep_checkpoints", keep_checkpoints,
            {.help = "number of newest checkpoints to keep", .min = 1, .max = 1e6});
  }
};

}  // namespace lamina
