#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lamina/nn/parameters.h"
#include "lamina/optim/settings.h"

namespace lamina {

/// What an optimizer keeps between steps under one name, such as "first_moment": a tensor for each
/// parameter, of its shape, dtype and device.
struct OptimizerState {
  std::string name;
  std::vector<at::Tensor> tensors;
};

/// The arguments of one step. Lists are in the order of the parameters.
struct ParameterUpdate {
  const std::vector<Parameter>& parameters;   ///< written in place
  const std::vector<at::Tensor>& gradients;   ///< never undefined
  const std::vector<OptimizerState>& states;  ///< written in place, in the order of UpdateRule
  std::int64_t step;                          ///< 1 for the first
  double learning_rate;
};

/// What one optimizer adds to Optimizer: the names of its states and its formula.
struct UpdateRule {
  std::vector<std::string> states;
  std::function<void(const ParameterUpdate&)> update;
};

/// Updates all parameters of a store by a rule and keeps the rule's state.
class Optimizer {
 public:
  /// Allocates the states, zero. `store` outlives the optimizer.
  Optimizer(ParameterStore& store, UpdateRule rule);

  /// One update with the gradients that the parameters hold; each must have one.
  void step(double learning_rate);

  /// For checkpoints, with `num_steps` all that a resumed run needs. The tensors may be written in
  /// place between steps.
  const std::vector<OptimizerState>& states() const { return states_; }
  std::int64_t num_steps() const { return num_steps_; }
  void set_num_steps(std::int64_t num_steps) { num_steps_ = num_steps; }

 private:
  ParameterStore& store_;
  UpdateRule rule_;
  std::vector<OptimizerState> states_;
  std::int64_t num_steps_ = 0;
};

/// The optimizer that the settings name.
Optimizer make_optimizer(ParameterStore& store, const OptimizerSettings& settings);

}  // namespace lamina
