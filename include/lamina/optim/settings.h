#pragma once
#include <array>
#include <optional>

#include "lamina/core/setting.h"
#include "lamina/optim/schedule.h"

namespace lamina {

/// One enumerator per row of the table in optimizer.cc.
enum class OptimizerKind { kAdamW };

template <>
struct EnumNames<OptimizerKind> {
  static constexpr std::array names{"adamw"};
};

struct AdamWSettings {
  std::array<double, 2> betas = {0.9, 0.95};
  double epsilon = 1e-8;
  double weight_decay = 0.1;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("betas", betas,
            {.help = "decay rates of the first and second moments", .min = 0, .max = 0.999999});
    v.field("epsilon", epsilon,
            {.help = "added to the square root of the second moment", .min = 0, .max = 1});
    v.field("weight_decay", weight_decay,
            {.help = "decoupled weight decay of matrices; norms and biases have none",
             .min = 0,
             .max = 10});
  }
};

/// The `optimizer` section: learning rate schedule, optimizer, its parameters, gradient clipping.
struct OptimizerSettings {
  std::optional<OptimizerKind> name;  ///< unset: AdamW
  ScheduleSettings schedule;
  AdamWSettings adamw;
  double clip_norm = 1.0;

  template <class Visitor>
  void visit(Visitor& v) {
    v.field("name", name, {.help = "optimizer; default adamw"});
    schedule.visit(v);
    adamw.visit(v);
    v.field("clip_norm", clip_norm,
            {.help = "maximum global norm of the gradients; 0 disables clipping",
             .min = 0,
             .max = 1e9});
  }
};

}  // namespace lamina
