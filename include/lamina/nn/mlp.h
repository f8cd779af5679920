#pragma once
#include <string>

#include "lamina/design/model_spec.h"
#include "lamina/nn/linear.h"

namespace lamina {

/// swiglu: down(silu(gate(y)) * up(y)); gelu: down(gelu(up(y))) with the exact erf form;
/// gelu_tanh: with its approximation by tanh.
class Mlp {
 public:
  Mlp(ParameterStore& store, const std::string& name, const ModelSpec& spec);

  /// y (B, T, D), normed, in the compute dtype -> the same shape.
  at::Tensor forward(const at::Tensor& y_BTD) const;

 private:
  MlpKind kind_;
  Linear up_proj_;  ///< swiglu: gate and up, stacked
  Linear down_proj_;
};

}  // namespace lamina
