#include "lamina/nn/parameters.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>

#include <stdexcept>

namespace lamina {
namespace {

using testing::HasSubstr;

constexpr double kThird = 1.0 / 3;  // not representable in bfloat16

/// A store with one matrix of two parameters.
struct StackedMaps {
  explicit StackedMaps(const Placement& placement) : store(placement) {
    const at::Tensor memory = at::empty({5, 4}, placement.master_options());
    const at::Tensor gate = store.add_view("gate", memory.narrow(0, 0, 3));
    const at::Tensor up = store.add_view("up", memory.narrow(0, 3, 2));
    matrix = store.add_matrix("gate", memory, {gate, up});
  }

  void fill(double number) {
    store.write([&](const std::vector<Parameter>& parameters) {
      for (const Parameter& parameter : parameters) parameter.value.fill_(number);
    });
  }
  /// The expected matrix.
  at::Tensor rounded() const {
    const Placement& placement = store.placement();
    return at::cat(values_of(store.all())).detach().to(placement.compute).to(placement.products());
  }
  at::Tensor output() const {
    return linear(at::ones({1, 4}, store.placement().compute).requires_grad_(), matrix->weights());
  }
  std::string weights_error() const {
    try {
      matrix->weights();
    } catch (const c10::Error& error) {
      return error.what_without_backtrace();
    }
    return "";
  }

  ParameterStore store;
  std::shared_ptr<const WeightMatrix> matrix;
};

const std::vector<Placement>& placements() {
  static const std::vector<Placement> all{{},
                                          {.compute = at::kBFloat16},
                                          {.compute = at::kBFloat16, .widens_products = true},
                                          {.master = at::kDouble, .compute = at::kDouble}};
  return all;
}

/// Writes like a kernel that bypasses ATen.
void write_by_pointer(const at::Tensor& tensor) {
  AT_DISPATCH_FLOATING_TYPES(tensor.scalar_type(), "write_by_pointer",
                             [&] { tensor.data_ptr<scalar_t>()[0] = scalar_t(-7); });
}

TEST(ParameterStore, MatricesAreUpdatedByEveryWriteWhateverTheKernel) {
  for (const Placement& placement : placements()) {
    StackedMaps maps(placement);
    maps.fill(kThird);
    EXPECT_EQ(maps.matrix->weights().matrix.scalar_type(), placement.products());
    EXPECT_TRUE(at::equal(maps.matrix->weights().matrix, maps.rounded()));
    maps.store.write([](const std::vector<Parameter>& parameters) {
      write_by_pointer(parameters.back().value);
    });
    EXPECT_EQ(maps.matrix->weights().matrix[3][0].item<double>(), -7);
    EXPECT_TRUE(at::equal(maps.matrix->weights().matrix, maps.rounded()));
  }
}

TEST(ParameterStore, MatricesAreUpdatedOncePerWriteNotPerUse) {
  for (const Placement& placement : placements()) {
    StackedMaps maps(placement);
    maps.fill(kThird);
    const at::Tensor matrix = maps.matrix->weights().matrix;
    const std::int64_t version = matrix._version();
    for (int use = 0; use < 3; ++use) maps.output();
    EXPECT_EQ(matrix._version(), version);
    maps.fill(2);
    EXPECT_EQ(maps.matrix->weights().matrix.data_ptr(), matrix.data_ptr());
  }
}

TEST(ParameterStore, AChangeOutsideWriteIsRefusedAtTheNextUse) {
  for (const Placement& placement : placements()) {
    StackedMaps maps(placement);
    EXPECT_EQ(maps.weights_error(), "[parameters] gate has never been written");
    maps.fill(kThird);
    EXPECT_EQ(maps.weights_error(), "");
    {
      const at::NoGradGuard no_gradients;
      maps.store.all()[1].value.fill_(2);
    }
    EXPECT_EQ(maps.weights_error(),
              "[parameters] gate was changed outside ParameterStore::write, or a write "
              "failed");
    maps.fill(kThird);
    EXPECT_EQ(maps.weights_error(), "");
  }
}

TEST(ParameterStore, AFailedWriteIsRefusedAtTheNextUse) {
  StackedMaps maps({.compute = at::kBFloat16});
  maps.fill(kThird);
  const auto fails = [](const std::vector<Parameter>& parameters) {
    write_by_pointer(parameters[0].value);
    throw std::runtime_error("the disk is gone");
  };
  EXPECT_THROW(maps.store.write(fails), std::runtime_error);
  EXPECT_THAT(maps.weights_error(), HasSubstr("a write failed"));
  maps.fill(kThird);
  EXPECT_TRUE(at::equal(maps.matrix->weights().matrix, maps.rounded()));
}

// The saved matrix is no longer that of the forward pass; autograd must detect it for any kernel.
TEST(ParameterStore, ABackwardPassThroughAResultFromBeforeAWriteThrows) {
  for (const Placement& placement : placements()) {
    StackedMaps maps(placement);
    maps.fill(kThird);
    const at::Tensor y = maps.output();
    maps.store.write(
        [](const std::vector<Parameter>& parameters) { write_by_pointer(parameters[0].value); });
    try {
      y.sum().backward();
      ADD_FAILURE() << "the backward pass used another matrix than the forward pass";
    } catch (const c10::Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("modified by an inplace operation"));
    }
  }
}

}  // namespace
}  // namespace lamina
