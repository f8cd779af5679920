#include "lamina/optim/optimizer.h"

#include <gmock/gmock.h>

#include "lamina/nn/linear.h"
#include "optim/vector_and_matrix.h"

namespace lamina {
namespace {

/// Every row of the optimizer table, and an unset name.
std::vector<OptimizerSettings> every_optimizer() {
  std::vector<OptimizerSettings> all(1);
  for (std::size_t i = 0; i < EnumNames<OptimizerKind>::names.size(); ++i) {
    all.emplace_back().name = static_cast<OptimizerKind>(i);
  }
  return all;
}

/// A rule that bypasses ATen: velocity += gradient, value -= learning rate * velocity.
UpdateRule momentum() {
  return {{"velocity"}, [](const ParameterUpdate& all) {
            for (std::size_t i = 0; i < all.parameters.size(); ++i) {
              at::Tensor velocity = all.states[0].tensors[i];
              velocity += all.gradients[i];
              const at::Tensor& value = all.parameters[i].value;
              const at::Tensor next = value - all.learning_rate * velocity;
              std::copy_n(next.const_data_ptr<float>(), next.numel(), value.data_ptr<float>());
            }
          }};
}

TEST(Optimizer, StatesAreNamedAndStartAtZeroWithTheParametersShapes) {
  VectorAndMatrix parameters;
  const Optimizer optimizer(parameters.store, {{"velocity", "square"}, {}});
  ASSERT_EQ(optimizer.states().size(), 2u);
  EXPECT_EQ(optimizer.states()[0].name, "velocity");
  EXPECT_EQ(optimizer.states()[1].name, "square");
  for (const OptimizerState& state : optimizer.states()) {
    EXPECT_TRUE(
        equal(state.tensors, {at::zeros({1}, at::kDouble), at::zeros({1, 1}, at::kDouble)}));
    for (const at::Tensor& tensor : state.tensors) EXPECT_FALSE(tensor.requires_grad());
  }
}

TEST(Optimizer, TheSettingsSelectTheRuleAndTheDefaultIsAdamW) {
  for (const OptimizerSettings& settings : every_optimizer()) {
    VectorAndMatrix parameters;
    EXPECT_FALSE(make_optimizer(parameters.store, settings).states().empty());
  }
  VectorAndMatrix parameters;
  EXPECT_EQ(make_optimizer(parameters.store, {}).states().at(1).name, "second_moment");
}

// The states by name and the number of steps are all that a checkpoint has to contain.
TEST(Optimizer, RestoredStatesContinueWithTheSameBits) {
  for (const OptimizerSettings& settings : every_optimizer()) {
    VectorAndMatrix parameters, restored;
    Optimizer old = make_optimizer(parameters.store, settings);
    parameters.set_gradients(0.5, 0.25);
    old.step(0.1);
    restored.store.write([&](const std::vector<Parameter>& values) {
      for (std::size_t i = 0; i < 2; ++i) values[i].value.copy_(parameters.value(i));
    });
    Optimizer resumed = make_optimizer(restored.store, settings);
    for (std::size_t i = 0; i < old.states().size(); ++i) {
      EXPECT_EQ(resumed.states()[i].name, old.states()[i].name);
      for (std::size_t j = 0; j < 2; ++j)
        resumed.states()[i].tensors[j].copy_(old.states()[i].tensors[j]);
    }
    resumed.set_num_steps(old.num_steps());
    parameters.set_gradients(-0.125, 0.75);
    restored.set_gradients(-0.125, 0.75);
    old.step(0.1);
    resumed.step(0.1);
    EXPECT_EQ(resumed.num_steps(), 2);
    EXPECT_TRUE(equal(parameters.values(), restored.values()));
  }
}

// Rules do not have to know about rounded copies, because the optimizer writes through the store.
TEST(Optimizer, ARuleThatBypassesAtenUpdatesTheRoundedCopy) {
  ParameterStore store({.compute = at::kBFloat16});
  const Linear linear(store, {{"gate", 3}, {"up", 2}}, 4, false);
  store.write([](const std::vector<Parameter>& parameters) {
    for (const Parameter& parameter : parameters) parameter.value.fill_(0.5);
  });
  Optimizer optimizer(store, momentum());
  for (const double expected : {0.375, 0.125}) {  // after velocities of 1 and 2, times 0.125
    for (const Parameter& parameter : store.all())
      parameter.value.mutable_grad() = at::ones_like(parameter.value.detach());
    optimizer.step(0.125);
    const at::Tensor matrix = linear.forward(at::eye(4, at::kBFloat16));
    EXPECT_TRUE(at::equal(matrix, at::full_like(matrix, expected)));
  }
  EXPECT_EQ(optimizer.num_steps(), 2);
}

}  // namespace
}  // namespace lamina
