#pragma once
#include <string>

#include "lamina/design/model_spec.h"
#include "lamina/nn/parameters.h"

namespace lamina {

/// The normalisation of a design with its parameters "<name>.weight" (D) and, for the layer norm
/// only, "<name>.bias" (D).
class Norm {
 public:
  Norm(ParameterStore& store, const std::string& name, const ModelSpec& spec);

  /// x (B, T, D) in the master dtype -> the same shape in the compute dtype.
  at::Tensor forward(const at::Tensor& x_BTD) const;

 private:
  at::Tensor weight_;
  at::Tensor bias_;  ///< undefined for the RMS norm
  double eps_;
  at::ScalarType compute_;
};

}  // namespace lamina
