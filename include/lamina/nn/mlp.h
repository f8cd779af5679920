#pragma once
#include <string>

#include "lamina/design/model_spec.h"
#include "lamina/nn/linear.h"

namespace lamina {

/// The MLP of a layer, of width F. swiglu (arXiv 2002.05202): down(silu(gate(y)) * up(y)); gelu
/// (arXiv 1606.08415): down(gelu(up(y))), exact (erf); gelu_tanh: with the tanh approximation.
class Mlp {
 public:
  /// Adds the parameters to `store`; `name` is their prefix, such as "model.layers.3.mlp.".
  Mlp(ParameterStore& store, const std::string& name, const ModelSpec& spec);

  /// y (B, T, D): the normalised residual stream in the compute dtype -> the same shape and dtype.
  at::Tensor forward(const at::Tensor& y_BTD) const;

 private:
  MlpKind kind_;
  Linear up_proj_;  ///< swiglu: gate and up, stacked by rows
  Linear down_proj_;
};

}  // namespace lamina
