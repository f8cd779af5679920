#pragma once
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lamina {

/// Relative error of rounding to bfloat16, which has 8 significant bits.
constexpr double kBFloat16Rounding = 0x1p-8;

/// Tens of float32 roundings of 2^-24 each, as in the kernels' sums and polynomials.
constexpr double kFloat32Error = 1e-5;

/// The maximum error, relative to the largest value, of float32 arithmetic whose result is rounded
/// once to `dtype`.
inline double error_of(at::ScalarType dtype) {
  return kFloat32Error + (dtype == at::kBFloat16 ? kBFloat16Rounding : 0);
}

inline at::Tensor random_values(at::IntArrayRef shape, at::ScalarType dtype, std::uint64_t seed) {
  at::manual_seed(seed);
  return at::randn(shape, at::kDouble).to(dtype);
}

/// Calls f on copies of the inputs; returns its value, then the gradient of each input for the
/// upstream gradient `upstream` of the value.
template <class F>
std::vector<at::Tensor> value_and_gradients(const F& f, const std::vector<at::Tensor>& inputs,
                                            const at::Tensor& upstream) {
  std::vector<at::Tensor> leaves;
  for (const at::Tensor& input : inputs) leaves.push_back(input.detach().clone().requires_grad_());
  const at::Tensor y = f(leaves);
  y.backward(upstream.to(y.scalar_type()));
  std::vector<at::Tensor> results{y.detach()};
  for (const at::Tensor& leaf : leaves) results.push_back(leaf.grad());
  return results;
}

inline std::vector<at::Tensor> to_float64(const std::vector<at::Tensor>& tensors) {
  std::vector<at::Tensor> wide;
  for (const at::Tensor& tensor : tensors) wide.push_back(tensor.to(at::kDouble));
  return wide;
}

/// The largest difference, relative to the largest expected value (at least 1, as some are all 0).
inline double difference(const at::Tensor& actual, const at::Tensor& expected) {
  EXPECT_EQ(actual.sizes(), expected.sizes());
  const double largest = std::max(1.0, expected.abs().max().item<double>());
  return (actual.to(at::kDouble) - expected).abs().max().item<double>() / largest;
}

/// The result of `f` with `num_threads` threads.
template <class F>
auto with_threads(int num_threads, const F& f) {
  const int before = at::get_num_threads();
  at::set_num_threads(num_threads);
  auto result = f();
  at::set_num_threads(before);
  return result;
}

/// Whether `f`, which returns tensors, gives the same bits with one thread and with two.
template <class F>
bool same_bits_with_one_and_two_threads(const F& f) {
  const auto one = with_threads(1, f), two = with_threads(2, f);
  bool same = one.size() == two.size();
  for (std::size_t i = 0; same && i < one.size(); ++i) same = at::equal(one[i], two[i]);
  return same;
}

/// The message of the TORCH_CHECK that `f` fails; "" if it fails none.
template <class F>
std::string check_message(const F& f) {
  try {
    f();
  } catch (const c10::Error& error) {
    return error.what_without_backtrace();
  }
  return "";
}

}  // namespace lamina
