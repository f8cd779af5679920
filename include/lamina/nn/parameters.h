#pragma once
#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lamina/kernels/linear.h"

namespace lamina {

/// Where a model lives and in what precision it works.
struct Placement {
  at::Device device = at::kCPU;
  at::ScalarType master =
      at::kFloat;  ///< parameters, gradients, residual stream: float32 or float64
  at::ScalarType compute =
      at::kFloat;  ///< operands and results of matrix products: bfloat16, or the same as `master`
  bool widens_products = false;  ///< multiplies bfloat16 operands as the float32 numbers they are

  /// The dtype in which matrices are multiplied.
  at::ScalarType products() const { return widens_products ? at::kFloat : compute; }

  at::TensorOptions master_options() const { return at::TensorOptions(device).dtype(master); }
};

/// A trained tensor under its name in a checkpoint, which is Hugging Face's Llama name where Llama
/// has such a tensor. `value` is a leaf that requires a gradient, written by ParameterStore::write
/// alone.
struct Parameter {
  std::string name;
  at::Tensor value;
};

/// The tensors alone, in the same order.
std::vector<at::Tensor> values_of(const std::vector<Parameter>& parameters);

/// A matrix of parameters in the dtype of products: the parameters' own memory if they are computed
/// with as they are, else a copy rounded to the compute dtype, which ParameterStore::write updates.
class WeightMatrix {
 public:
  /// Throws c10::Error if the parameters were never written, or were written other than by
  /// ParameterStore::write, after which a copy would be stale.
  const LinearWeights& weights() const;

 private:
  friend class ParameterStore;

  WeightMatrix(std::string name, const at::Tensor& memory, std::vector<at::Tensor> parameters,
               const Placement& placement);
  bool is_copy() const { return !weights_.matrix.is_same(memory_); }
  void update(const Placement& placement);

  std::string name_;
  at::Tensor memory_;  ///< (sum of rows, inputs), master dtype
  LinearWeights weights_;
  std::int64_t version_ = -1;  ///< autograd's version of `memory_` at the last update
};

/// Makes a model's parameters, uninitialised, in the order in which the forward pass uses them.
/// `write` is the only way to change them.
class ParameterStore {
 public:
  using Write = std::function<void(const std::vector<Parameter>&)>;

  explicit ParameterStore(const Placement& placement) : placement_(placement) {}

  at::Tensor add(const std::string& name, at::IntArrayRef shape);

  /// A parameter that is a view of memory that the caller keeps.
  at::Tensor add_view(const std::string& name, const at::Tensor& memory);

  /// The matrix of parameters that are views of `memory`, the rows of one after those of another.
  /// `name` is for messages.
  std::shared_ptr<const WeightMatrix> add_matrix(const std::string& name, const at::Tensor& memory,
                                                 std::vector<at::Tensor> parameters);

  /// Calls `write` with all parameters, to be written in place by any kernel, in no-grad mode; then
  /// updates every matrix. A backward pass through what was computed before the write throws. If
  /// `write` throws, WeightMatrix::weights throws until the next write succeeds.
  void write(const Write& write);

  const Placement& placement() const { return placement_; }
  const std::vector<Parameter>& all() const { return parameters_; }

  /// Bytes of the matrices that are copies, measured from the tensors.
  std::int64_t copied_bytes() const;

 private:
  Placement placement_;
  std::vector<Parameter> parameters_;
  std::vector<std::shared_ptr<WeightMatrix>> matrices_;
};

}  // namespace lamina
