#pragma once
#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lamina/kernels/linear.h"

namespace lamina {

/// The device of a model and the precision of its computation.
struct Placement {
  at::Device device = at::kCPU;
  at::ScalarType master =
      at::kFloat;  ///< parameters, gradients, residual stream: float32 or float64
  at::ScalarType compute =
      at::kFloat;  ///< operands and results of matrix products: bfloat16, or the same as `master`
  bool widens_products = false;  ///< multiplies bfloat16 operands in float32 (no native products)

  /// The dtype in which matrices are multiplied.
  at::ScalarType products() const { return widens_products ? at::kFloat : compute; }

  at::TensorOptions master_options() const { return at::TensorOptions(device).dtype(master); }
};

/// A trained tensor and its name in a checkpoint: the name in Hugging Face's Llama if Llama has
/// such a tensor. `value` is an autograd leaf that requires a gradient. Only ParameterStore::write
/// may change its values.
struct Parameter {
  std::string name;
  at::Tensor value;
};

/// The values, in the same order.
std::vector<at::Tensor> values_of(const std::vector<Parameter>& parameters);

/// The matrix of one or more parameters in the dtype of the products: the parameters' memory if
/// they have that dtype, otherwise a copy rounded to the compute dtype, which ParameterStore::write
/// updates.
class WeightMatrix {
 public:
  /// Throws c10::Error if the parameters have never been written, or were changed outside
  /// ParameterStore::write, which would leave a copy stale.
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

/// Creates and owns the parameters of a model, uninitialised, in the order in which the forward
/// pass uses them. `write` is the only way to change their values. Not thread-safe.
class ParameterStore {
 public:
  using Write = std::function<void(const std::vector<Parameter>&)>;

  explicit ParameterStore(const Placement& placement) : placement_(placement) {}

  /// Creates a parameter in the master dtype and returns its value.
  at::Tensor add(const std::string& name, at::IntArrayRef shape);

  /// Creates a parameter that is a view of `memory`, in the master dtype.
  at::Tensor add_view(const std::string& name, const at::Tensor& memory);

  /// The matrix of parameters that are views of `memory` (sum of rows, inputs), stacked by rows.
  /// `name` is for error messages. The store updates the matrix on each write.
  std::shared_ptr<const WeightMatrix> add_matrix(const std::string& name, const at::Tensor& memory,
                                                 std::vector<at::Tensor> parameters);

  /// Calls `write` with all parameters, in no-grad mode, to change their values in place by any
  /// kernel; then updates every matrix. Afterwards, a backward pass through a result that was
  /// computed before the write throws. If `write` throws, WeightMatrix::weights throws until a
  /// write succeeds.
  void write(const Write& write);

  const Placement& placement() const { return placement_; }
  /// In the order of creation.
  const std::vector<Parameter>& all() const { return parameters_; }

  /// Bytes of the rounded copies, measured from the tensors.
  std::int64_t copied_bytes() const;

 private:
  Placement placement_;
  std::vector<Parameter> parameters_;
  std::vector<std::shared_ptr<WeightMatrix>> matrices_;
};

}  // namespace lamina
