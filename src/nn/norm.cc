#include "lamina/nn/norm.h"

#include "lamina/kernels/norm.h"

namespace lamina {

Norm::Norm(ParameterStore& store, const std::string& name, const ModelSpec& spec)
    : weight_(store.add(name + ".weight", {spec.hidden_size})),
      eps_(spec.norm_eps),
      compute_(store.placement().compute) {
  if (spec.norm == NormKind::kLayer) bias_ = store.add(name + ".bias", {spec.hidden_size});
}

at::Tensor Norm::forward(const at::Tensor& x) const {
  return bias_.defined() ? layer_norm(x, weight_, bias_, eps_, compute_)
                         : rms_norm(x, weight_, eps_, compute_);
}

}  // namespace lamina
