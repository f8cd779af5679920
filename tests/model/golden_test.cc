#include "lamina/optim/adamw.h"
#include "lamina/optim/gradients.h"
#include "model/golden_case.h"

namespace lamina {
namespace {

/// The tolerances of golden/model/README.md.
struct Tolerances {
  at::ScalarType dtype;
  double values, gradients;
};
constexpr Tolerances kFloat64{at::kDouble, 1e-10, 1e-9};
constexpr Tolerances kFloat32{at::kFloat, 1e-4, 1e-4};

class GoldenModel : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "absent") GTEST_SKIP() << "no golden/model in " << shared_folder();
    golden_.emplace(shared_folder() / "golden/model" / GetParam());
  }

  void compare_with_reference(const Tolerances& tolerances) const;
  void compare_training(const Tolerances& tolerances) const;

  std::optional<GoldenCase> golden_;
};

double scale_of(const GoldenCase& golden) {
  return 1.0 / static_cast<double>(golden.tokens_BT1.size(0) * (golden.tokens_BT1.size(1) - 1));
}

void GoldenModel::compare_with_reference(const Tolerances& tolerances) const {
  const Decoder model = golden_model(*golden_, tolerances.dtype);
  const at::Tensor inputs = golden_->tokens_BT1.slice(1, 0, -1);
  EXPECT_LT(relative_difference(model.logits(inputs), golden_->tensors.tensor("logits")),
            tolerances.values);
  const at::Tensor loss = model.loss(golden_->tokens_BT1, scale_of(*golden_));
  EXPECT_LT(relative_difference(loss.item<double>(), golden_->expected["loss"]), tolerances.values);
  loss.backward();
  std::int64_t num_values = 0;
  for (const auto& [name, value] : model.parameters()) {
    const at::Tensor expected = golden_->tensors.tensor("grad." + golden_name(name));
    EXPECT_LT(relative_difference(value.grad(), expected), tolerances.gradients) << name;
    num_values += value.numel();
  }
  EXPECT_EQ(num_values, golden_->expected["parameters"].get<std::int64_t>());
  EXPECT_EQ(model.parameters().size() + 1, golden_->tensors.names().size());
}

void GoldenModel::compare_training(const Tolerances& tolerances) const {
  Decoder model = golden_model(*golden_, tolerances.dtype);
  Optimizer optimizer(model.parameter_store(), adamw({}));
  const auto loss = [&] { return model.loss(golden_->tokens_BT1, scale_of(*golden_)); };
  for (std::size_t step = 0; step < 5; ++step) {
    loss().backward();
    const at::Tensor norm = clip_gradients(model.parameters(), 1);
    EXPECT_LT(relative_difference(norm.item<double>(), golden_->expected["grad_norms"][step]),
              tolerances.gradients);
    optimizer.step(1e-3);
    clear_gradients(model.parameters());
    EXPECT_LT(relative_difference(loss().item<double>(), golden_->expected["adamw_losses"][step]),
              tolerances.values);
  }
}

TEST_P(GoldenModel, LogitsLossAndGradientsInFloat64) { compare_with_reference(kFloat64); }
TEST_P(GoldenModel, LogitsLossAndGradientsInFloat32) { compare_with_reference(kFloat32); }
TEST_P(GoldenModel, FiveAdamWStepsInFloat64) { compare_training(kFloat64); }
TEST_P(GoldenModel, FiveAdamWStepsInFloat32) { compare_training(kFloat32); }

INSTANTIATE_TEST_SUITE_P(Case, GoldenModel, testing::ValuesIn(shared_cases("golden/model")),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace lamina
