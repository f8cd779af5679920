#pragma once
#include <array>
#include <cstdint>

#include "lamina/core/setting.h"

namespace lamina {

enum class ScheduleShape { kCosine, kLinear, kConstant, kWarmupStableDecay };

template <>
struct EnumNames<ScheduleShape> {
  static constexpr std::array names{"cosine", "linear", "constant", "wsd"};
};

/// Learning rate over the tokens of a run: a linear warm-up from 0 to the peak, then the shape.
/// cosine, linear: down to final_fraction of the peak at the end; constant: stays; wsd
/// (warm-up, stable, decay): stays, then goes down linearly over the last decay_fraction.
struct ScheduleSettings {
  double learning_rate = 3e-4;
  ScheduleShape schedule = ScheduleShape::kCosine;
  double warmup_fraction = 0.05;
  double final_fraction = 0.1;
  double decay_fraction = 0.2;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("learning_rate", learning_rate,
            {.help = "peak learning rate", .min = 0, .max = 100, .above_min = true});
    v.field("schedule", schedule, {.help = "shape of the learning rate over the run"});
    v.field("warmup_fraction", warmup_fraction,
            {.help = "share of the tokens that warm up", .min = 0, .max = 1});
    v.field("final_fraction", final_fraction,
            {.help = "learning rate at the end, as a share of the peak",
             .min = 0,
             .max = 1,
             .used = schedule != ScheduleShape::kConstant,
             .used_when = "optimizer.schedule is cosine, linear or wsd"});
    v.field("decay_fraction", decay_fraction,
            {.help = "share of the tokens over which it decays at the end",
             .min = 0,
             .max = 1,
             .used = schedule == ScheduleShape::kWarmupStableDecay,
             .used_when = "optimizer.schedule is wsd"});
  }
};

/// The learning rate of the step after which `tokens_seen` of `total_tokens` will have been seen:
/// the warm-up's last step has the peak, the run's last step the final value.
double learning_rate_at(const ScheduleSettings& settings, double tokens_seen, double total_tokens);

}  // namespace lamina
