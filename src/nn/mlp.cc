#include "lamina/nn/mlp.h"

#include <ATen/ATen.h>

#include "lamina/kernels/swiglu.h"

namespace lamina {
namespace {

std::vector<LinearPart> up_parts(const std::string& name, const ModelSpec& spec) {
  const LinearPart up{name + "up_proj", spec.intermediate_size};
  if (spec.mlp != MlpKind::kSwiglu) return {up};
  return {{name + "gate_proj", spec.intermediate_size}, up};
}

}  // namespace

Mlp::Mlp(ParameterStore& store, const std::string& name, const ModelSpec& spec)
    : kind_(spec.mlp),
      up_proj_(store, up_parts(name, spec), spec.hidden_size, spec.mlp_bias),
      down_proj_(store, {{name + "down_proj", spec.hidden_size}}, spec.intermediate_size,
                 spec.mlp_bias) {}

at::Tensor Mlp::forward(const at::Tensor& y) const {
  const at::Tensor h = up_proj_.forward(y);
  if (kind_ == MlpKind::kSwiglu) return down_proj_.forward(swiglu(h));
  return down_proj_.forward(at::gelu(h, kind_ == MlpKind::kGelu ? "none" : "tanh"));
}

}  // namespace lamina
