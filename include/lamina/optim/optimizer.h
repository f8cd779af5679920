#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lamina/nn/parameters.h"
#include "lamina/optim/settings.h"

namespace lamina {

/// A named state that an optimizer keeps between steps, such as "first_moment": one tensor per
/// parameter, with its shape, dtype and device.
struct OptimizerState {
  std::string name;
  std::vector<at::Tensor> tensors;
};

/// The arguments of one step of an UpdateRule. Tensor lists are in the order of the parameters.
struct ParameterUpdate {
  const std::vector<Parameter>& parameters;   ///< written in place
  const std::vector<at::Tensor>& gradients;   ///< all defined
  const std::vector<OptimizerState>& states;  ///< written in place, in the order of UpdateRule
  std::int64_t step;                          ///< from 1
  double learning_rate;
};

/// An optimization algorithm: the names of its states, and its update formula. To add an optimizer,
/// add a rule and a row in the table of optimizer.cc.
struct UpdateRule {
  std::vector<std::string> states;
  std::function<void(const ParameterUpdate&)> update;
};

/// Applies an update rule to all parameters of a store and keeps the states of the rule.
class Optimizer {
 public:
  /// Allocates the states, initially zero. `store` must outlive the optimizer.
  Optimizer(ParameterStore& store, UpdateRule rule);

  /// One update with the current gradients of the parameters; each must have one. Gradients are not
  /// cleared.
  void step(double learning_rate);

  /// For checkpoints: restoring the states and num_steps resumes with the same bits. The tensors
  /// may be written in place between steps.
  const std::vector<OptimizerState>& states() const { return states_; }
  std::int64_t num_steps() const { return num_steps_; }
  void set_num_steps(std::int64_t num_steps) { num_steps_ = num_steps; }

 private:
  ParameterStore& store_;
  UpdateRule rule_;
  std::vector<OptimizerState> states_;
  std::int64_t num_steps_ = 0;
};

/// The optimizer selected by `settings.name`. `store` must outlive it.
Optimizer make_optimizer(ParameterStore& store, const OptimizerSettings& settings);

}  // namespace lamina
