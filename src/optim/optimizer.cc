#include "lamina/optim/optimizer.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>

#include "lamina/optim/adamw.h"
#include "lamina/optim/gradients.h"

namespace lamina {
namespace {

/// A row of the optimizer table, from which make_optimizer selects.
struct OptimizerRow {
  OptimizerKind kind;
  UpdateRule (*rule)(const OptimizerSettings& settings);
};

constexpr std::array kOptimizers{
    OptimizerRow{OptimizerKind::kAdamW,
                 [](const OptimizerSettings& settings) { return adamw(settings.adamw); }}};
static_assert(kOptimizers.size() == EnumNames<OptimizerKind>::names.size());

}  // namespace

Optimizer::Optimizer(ParameterStore& store, UpdateRule rule)
    : store_(store), rule_(std::move(rule)) {
  for (const std::string& name : rule_.states) {
    OptimizerState& state = states_.emplace_back(OptimizerState{name, {}});
    for (const Parameter& parameter : store.all())
      state.tensors.push_back(at::zeros_like(parameter.value.detach()));
  }
}

void Optimizer::step(double learning_rate) {
  const auto gradients = gradients_of(store_.all());
  ++num_steps_;
  store_.write([&](const std::vector<Parameter>& parameters) {
    rule_.update({parameters, gradients, states_, num_steps_, learning_rate});
  });
}

Optimizer make_optimizer(ParameterStore& store, const OptimizerSettings& settings) {
  const OptimizerKind kind = settings.name.value_or(OptimizerKind::kAdamW);
  const auto row = std::ranges::find(kOptimizers, kind, &OptimizerRow::kind);
  return Optimizer(store, row->rule(settings));
}

}  // namespace lamina
