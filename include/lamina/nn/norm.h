#pragma once
#include <string>

#include "lamina/design/model_spec.h"
#include "lamina/nn/parameters.h"

namespace lamina {

/// The design's normalisation with its affine parameters: reads the residual stream, gives the
/// compute dtype. The layer norm has a bias, the rms norm has none.
class Norm {
 public:
  Norm(ParameterStore& store, const std::string& name, const ModelSpec& spec);

  at::Tensor forward(const at::Tensor& x_BTD) const;

 private:
  at::Tensor weight_;
  at::Tensor bias_;  ///< undefined for the rms norm
  double eps_;
  at::ScalarType compute_;
};

}  // namespace lamina
