#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/cpu/scalar.h"
#include "kernels/cpu/table.h"
#include "lamina/core/processor.h"

namespace lamina {
namespace {

constexpr std::int64_t kRows = 5, kWidth = 39;  // 39: full vectors of every width and a remainder

struct InstructionSet {
  std::string name;
  bool supported;
  const cpu::Kernels<float>& (*float_kernels)();
  const cpu::Kernels<cpu::BFloat16>& (*bfloat16_kernels)();
};

/// `count` irregular values in [-3, 3].
template <class T>
std::vector<T> values(std::int64_t count, double phase) {
  std::vector<T> result(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < result.size(); ++i) {
    cpu::store(result[i], static_cast<float>(3 * std::sin(static_cast<double>(i * i) + phase)));
  }
  return result;
}

/// Runs all kernels on fixed inputs and collects their results in one list.
template <class T>
class AllKernels {
 public:
  explicit AllKernels(const cpu::Kernels<T>& kernels) : kernels_(kernels) {
    run_rms_norm();
    run_rotate();
    run_swiglu();
    run_cross_entropy();
  }
  const std::vector<float>& results() const { return results_; }

 private:
  template <class U>
  void keep(const std::vector<U>& added) {
    for (const U& value : added) results_.push_back(cpu::to_float(value));
  }

  void run_rms_norm() {
    const auto x = values<float>(kRows * kWidth, 1), weight = values<float>(kWidth, 2);
    const auto dy = values<T>(kRows * kWidth, 3);
    std::vector<float> inverse_rms(kRows), dx(x.size()), dweight(kWidth);
    std::vector<T> y(x.size());
    kernels_.rms_norm({x.data(), weight.data(), inverse_rms.data(), kWidth, 1e-5f}, y.data(), 0,
                      kRows);
    kernels_.rms_norm_backward(
        {x.data(), weight.data(), inverse_rms.data(), dx.data(), dweight.data(), kWidth}, dy.data(),
        0, kRows);
    keep(y);
    keep(dx);
    keep(dweight);
  }

  void run_rotate() {
    const auto cos = values<float>(kRows * 19, 4), sin = values<float>(kRows * 19, 5);
    const auto x = values<T>(kRows * 2 * kWidth, 6);
    std::vector<T> y(x.size());
    kernels_.rotate({cos.data(), sin.data(), kRows, 2, kWidth, 38, 2 * kWidth, 1}, x.data(),
                    y.data(), 0, kRows);
    keep(y);
  }

  void run_swiglu() {
    const auto gate_up = values<T>(kRows * 2 * kWidth, 7), dy = values<T>(kRows * kWidth, 8);
    std::vector<T> y(dy.size()), dgate_up(gate_up.size());
    kernels_.swiglu(gate_up.data(), y.data(), kWidth, 0, kRows);
    kernels_.swiglu_backward(gate_up.data(), dy.data(), dgate_up.data(), kWidth, 0, kRows);
    keep(y);
    keep(dgate_up);
  }

  void run_cross_entropy() {
    const std::vector<std::int64_t> targets{0, 38, -1, 7, 20};
    auto logits = values<T>(kRows * kWidth, 9);
    std::vector<float> losses(kRows);
    kernels_.cross_entropy({targets.data(), losses.data(), kWidth, 0.5f}, logits.data(), 0, kRows);
    keep(losses);
    keep(logits);
  }

  const cpu::Kernels<T>& kernels_;
  std::vector<float> results_;
};

template <class T>
void expect_equal(const cpu::Kernels<T>& kernels, const cpu::Kernels<T>& baseline,
                  double tolerance) {
  const AllKernels actual(kernels), expected(baseline);
  ASSERT_EQ(actual.results().size(), expected.results().size());
  for (std::size_t i = 0; i < actual.results().size(); ++i) {
    const double reference = static_cast<double>(expected.results()[i]);
    EXPECT_NEAR(static_cast<double>(actual.results()[i]), reference,
                tolerance * std::max(1.0, std::abs(reference)))
        << "result " << i;
  }
}

class InstructionSets : public testing::TestWithParam<InstructionSet> {
 protected:
  void SetUp() override {
    if (!GetParam().supported) GTEST_SKIP() << "this machine has no " << GetParam().name;
  }
};

// 2e-6: sums of 39 products in another order.
TEST_P(InstructionSets, AgreesWithTheBaselineInFloat32) {
  expect_equal(GetParam().float_kernels(), cpu::baseline::float_kernels(), 2e-6);
}

// 2^-7, one bfloat16 step: a float32 value near the midpoint of two bfloat16 values may round to
// either.
TEST_P(InstructionSets, AgreesWithTheBaselineInBFloat16) {
  expect_equal(GetParam().bfloat16_kernels(), cpu::baseline::bfloat16_kernels(), 0x1p-7);
}

INSTANTIATE_TEST_SUITE_P(
    Set, InstructionSets,
    testing::Values(InstructionSet{"avx2", cpu_set() >= CpuSet::kAvx2, cpu::avx2::float_kernels,
                                   cpu::avx2::bfloat16_kernels},
                    InstructionSet{"avx512", cpu_set() >= CpuSet::kAvx512,
                                   cpu::avx512::float_kernels, cpu::avx512::bfloat16_kernels}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace lamina
