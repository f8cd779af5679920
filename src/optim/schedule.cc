#include "lamina/optim/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace lamina {
namespace {

/// The learning rate as a fraction of the peak. `progress` in [0, 1]: fraction of the tokens after
/// the warm-up that have been seen; `decay_share`: the decay phase as a fraction of these tokens.
double fraction_of_peak(const ScheduleSettings& settings, double progress, double decay_share) {
  const double final = settings.final_fraction;
  switch (settings.schedule) {
    case ScheduleShape::kCosine:
      return final + (1 - final) * 0.5 * (1 + std::cos(std::numbers::pi * progress));
    case ScheduleShape::kLinear:
      return 1 - (1 - final) * progress;
    case ScheduleShape::kConstant:
      return 1;
    case ScheduleShape::kWarmupStableDecay:
      if (decay_share <= 0) return 1;
      return 1 - (1 - final) * std::max(0.0, 1 - (1 - progress) / decay_share);
  }
  return 1;
}

}  // namespace

double learning_rate_at(const ScheduleSettings& settings, double tokens_seen, double total_tokens) {
  const double warmup_tokens = settings.warmup_fraction * total_tokens;
  if (tokens_seen < warmup_tokens) return settings.learning_rate * tokens_seen / warmup_tokens;
  const double rest = total_tokens - warmup_tokens;
  const double progress = rest > 0 ? std::min(1.0, (tokens_seen - warmup_tokens) / rest) : 0;
  const double decay_share = rest > 0 ? settings.decay_fraction * total_tokens / rest : 0;
  return settings.learning_rate * fraction_of_peak(settings, progress, std::min(1.0, decay_share));
}

}  // namespace lamina
