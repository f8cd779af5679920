#pragma once
#include <ATen/ATen.h>

#include <algorithm>

#include "lamina/nn/parameters.h"

namespace lamina {

using Tensors = std::vector<at::Tensor>;

/// A store with a vector (1) and a matrix (1, 1), both of value 1, in float64.
struct VectorAndMatrix {
  VectorAndMatrix() {
    store.add("vector", {1});
    store.add("matrix", {1, 1});
    store.write([](const std::vector<Parameter>& parameters) {
      for (const Parameter& parameter : parameters) parameter.value.fill_(1);
    });
  }

  void set_gradients(double of_vector, double of_matrix) const {
    value(0).mutable_grad() = at::full({1}, of_vector, at::kDouble);
    value(1).mutable_grad() = at::full({1, 1}, of_matrix, at::kDouble);
  }
  const at::Tensor& value(std::size_t i) const { return store.all()[i].value; }
  Tensors values() const { return values_of(store.all()); }

  ParameterStore store{{.master = at::kDouble, .compute = at::kDouble}};
};

inline Tensors copies(const Tensors& tensors) {
  Tensors result;
  for (const at::Tensor& tensor : tensors) result.push_back(tensor.detach().clone());
  return result;
}

inline bool equal(const Tensors& a, const Tensors& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const at::Tensor& x, const at::Tensor& y) { return at::equal(x, y); });
}

}  // namespace lamina
