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

/// Learning rate as a function of the tokens seen: a linear warm-up from 0 to the peak, then the
/// shape. cosine (arXiv 1608.03983), linear: decays to final_fraction of the peak at the end of the
/// run. constant: stays at the peak. wsd (warm-up, stable, decay; arXiv 2404.06395): stays at the
/// peak, then decays linearly over the last decay_fraction of the tokens.
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
    v.field("schedule", schedule,
            {.help = "shape of the learning rate schedule after the warm-up"});
    v.field("warmup_fraction", warmup_fraction,
            {.help = "fraction of the training tokens used for the warm-up", .min = 0, .max = 1});
    v.field("final_fraction", final_fraction,
            {.help = "final learning rate, as a fraction of the peak",
             .min = 0,
             .max = 1,
             .used = schedule != ScheduleShape::kConstant,
             .used_when = "optimizer.schedule is cosine, linear or wsd"});
    v.field("decay_fraction", decay_fraction,
            {.help = "fraction of the training tokens over which wsd decays at the end",
             .min = 0,
             .max = 1,
             .used = schedule == ScheduleShape::kWarmupStableDecay,
             .used_when = "optimizer.schedule is wsd"});
  }
};

/// The learning rate of a step. `tokens_seen` includes the tokens of that step, so the last warm-up
/// step has the peak and the last step of the run the final value. Beyond `total_tokens` it stays
/// at the final value.
double learning_rate_at(const ScheduleSettings& settings, double tokens_seen, double total_tokens);

}  // namespace lamina
