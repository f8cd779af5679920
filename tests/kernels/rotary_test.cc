#include "lamina/kernels/rotary.h"

#include <cmath>

#include "kernels/against_float64.h"

namespace lamina {
namespace {

using Tensors = std::vector<at::Tensor>;

constexpr double kTheta = 100;

/// The angles, (positions, r / 2), float64.
at::Tensor plain_angles(std::int64_t positions, std::int64_t rotary_dim) {
  const at::Tensor angles = at::empty({positions, rotary_dim / 2}, at::kDouble);
  for (std::int64_t t = 0; t < positions; ++t) {
    for (std::int64_t j = 0; j < rotary_dim / 2; ++j) {
      const double exponent = 2.0 * static_cast<double>(j) / static_cast<double>(rotary_dim);
      angles[t][j] = static_cast<double>(t) / std::pow(kTheta, exponent);
    }
  }
  return angles;
}

/// Each pair of dimensions as a complex number, times e^(i angle).
at::Tensor plain_rotate(const at::Tensor& x, std::int64_t rotary_dim) {
  const std::int64_t half = rotary_dim / 2;
  const at::Tensor angles = plain_angles(x.size(1), rotary_dim).unsqueeze(1);
  const at::Tensor rotated = at::complex(x.slice(-1, 0, half), x.slice(-1, half, rotary_dim)) *
                             at::polar(at::ones_like(angles), angles);
  return at::cat({at::real(rotated), at::imag(rotated), x.slice(-1, rotary_dim)}, -1);
}

RotaryTable table_of(std::int64_t positions, std::int64_t rotary_dim,
                     at::ScalarType dtype = at::kFloat) {
  return make_rotary_table(positions, rotary_dim, kTheta, at::TensorOptions().dtype(dtype));
}

TEST(RotaryTable, HasTheAnglesComputedByHand) {
  const RotaryTable table =
      table_of(4, 4, at::kDouble);  // angles: position * 1, position * 100^(-1/2)
  EXPECT_EQ(table.rotary_dim(), 4);
  EXPECT_NEAR(table.cos_TJ[3][0].item<double>(), std::cos(3), 1e-15);
  EXPECT_NEAR(table.sin_TJ[3][1].item<double>(), std::sin(0.3), 1e-15);
}

RotaryPositions positions_of(std::int64_t max_positions) {
  return RotaryPositions(max_positions, 10, kTheta, at::TensorOptions().dtype(at::kFloat));
}

TEST(RotaryPositions, RowsHaveTheSameBitsForAnyTableLength) {
  const RotaryTable whole = table_of(1000, 10);
  for (const std::int64_t length : {1, 3, 7, 8, 64, 333, 1000}) {
    const RotaryTable alone = positions_of(1000).from(0, length);
    EXPECT_TRUE(at::equal(alone.cos_TJ, whole.cos_TJ.narrow(0, 0, length))) << length;
    EXPECT_TRUE(at::equal(alone.sin_TJ, whole.sin_TJ.narrow(0, 0, length))) << length;
  }
  const RotaryPositions growing = positions_of(1000);
  for (std::int64_t begin = 0; begin < 1000; begin += 1 + begin / 9) {
    EXPECT_TRUE(at::equal(growing.from(begin, 1).sin_TJ, whole.sin_TJ.narrow(0, begin, 1)));
  }
}

TEST(RotaryPositions, TheTableIsExtendedOnDemand) {
  const RotaryPositions positions = positions_of(std::int64_t{1} << 40);
  EXPECT_EQ(positions.num_cached(), 0);
  positions.from(0, 100);
  EXPECT_EQ(positions.num_cached(), 100);
  positions.from(20, 80);
  EXPECT_EQ(positions.num_cached(), 100);
  positions.from(100, 1);
  EXPECT_EQ(positions.num_cached(), 200);  // doubled, for token-by-token decoding
}

TEST(RotaryPositions, RefusesPositionsBeyondTheMaximum) {
  const RotaryPositions positions = positions_of(150);
  positions.from(0, 100);
  positions.from(100, 50);
  EXPECT_EQ(positions.num_cached(), 150);
  EXPECT_EQ(check_message([&] { positions.from(100, 51); }),
            "[rotary] expected at most 150 positions but got 151");
}

TEST(Rotate, ValueAndGradientEqualTheFormula) {
  const std::vector<std::pair<std::int64_t, std::int64_t>> shapes{
      {2, 2}, {7, 6}, {7, 2}, {33, 32}, {33, 14}};
  for (const auto& [head_dim, rotary_dim] : shapes) {
    for (const auto dtype : {at::kFloat, at::kBFloat16}) {
      SCOPED_TRACE(testing::Message() << "K " << head_dim << ", r " << rotary_dim << ", " << dtype);
      const Tensors inputs{random_values({2, 5, 3, head_dim}, dtype, 1)};
      const at::Tensor upstream = random_values({2, 5, 3, head_dim}, dtype, 2);
      const RotaryTable table = table_of(5, rotary_dim);
      const auto actual = value_and_gradients(
          [&](const Tensors& in) { return rotate(in[0], table); }, inputs, upstream);
      const auto expected = value_and_gradients(
          [r = rotary_dim](const Tensors& in) { return plain_rotate(in[0], r); },
          to_float64(inputs), upstream);
      EXPECT_EQ(actual[0].scalar_type(), dtype);
      for (std::size_t i = 0; i < 2; ++i)
        EXPECT_LT(difference(actual[i], expected[i]), error_of(dtype));
    }
  }
}

TEST(Rotate, KeepsFloat64) {
  const Tensors inputs{random_values({2, 5, 3, 7}, at::kDouble, 1)};
  const at::Tensor upstream = random_values({2, 5, 3, 7}, at::kDouble, 2);
  const RotaryTable table = table_of(5, 4, at::kDouble);
  const auto actual = value_and_gradients([&](const Tensors& in) { return rotate(in[0], table); },
                                          inputs, upstream);
  const auto expected = value_and_gradients(
      [](const Tensors& in) { return plain_rotate(in[0], 4); }, inputs, upstream);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_LT(difference(actual[i], expected[i]), 1e-14);
}

// Q, K and V are computed by one matrix product, so rotate gets a slice of each row.
TEST(Rotate, ASliceOfAPackedProjectionEqualsItsCopy) {
  const Tensors packed{random_values({2, 5, 6 * 7}, at::kFloat, 1)};
  const at::Tensor upstream = random_values({2, 5, 3, 7}, at::kFloat, 2);
  const RotaryTable table = table_of(5, 6);
  const auto slice = [](const Tensors& in) {
    return in[0].slice(-1, 14, 35).unflatten(-1, {3, 7});
  };
  const auto in_place = value_and_gradients(
      [&](const Tensors& in) { return rotate(slice(in), table); }, packed, upstream);
  const auto copied = value_and_gradients(
      [&](const Tensors& in) { return rotate(slice(in).contiguous(), table); }, packed, upstream);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_TRUE(at::equal(in_place[i], copied[i]));
  EXPECT_LT(difference(in_place[0], plain_rotate(slice(to_float64(packed)), 6)), kFloat32Error);
}

TEST(Rotate, AcceptsStridedHeads) {
  const at::Tensor x = random_values({2, 3, 5, 7}, at::kFloat, 1).transpose(1, 2);
  EXPECT_LT(difference(rotate(x, table_of(5, 6)), plain_rotate(x.to(at::kDouble), 6)),
            kFloat32Error);
}

TEST(Rotate, KeepsTheDimensionsAfterTheRotaryDimensions) {
  const at::Tensor x = random_values({2, 5, 3, 7}, at::kBFloat16, 1);
  EXPECT_TRUE(at::equal(rotate(x, table_of(5, 4)).slice(-1, 4), x.slice(-1, 4)));
}

TEST(Rotate, WithoutRotaryDimensionsChangesNothing) {
  const at::Tensor x = random_values({2, 5, 3, 7}, at::kFloat, 1);
  EXPECT_TRUE(at::equal(rotate(x, table_of(5, 0)), x));
}

TEST(Rotate, LaterPositionsEqualTheirRowsOfTheWhole) {
  const at::Tensor x = random_values({2, 9, 3, 8}, at::kFloat, 1);
  const RotaryTable table = table_of(9, 8);
  EXPECT_TRUE(
      at::equal(rotate(x.slice(1, 4, 7), table.positions(4, 3)), rotate(x, table).slice(1, 4, 7)));
}

// The property that defines the embedding: q . k depends only on the relative position.
TEST(Rotate, ScoresDependOnlyOnTheRelativePosition) {
  const at::Tensor q = random_values({8}, at::kDouble, 1).expand({1, 9, 1, 8});
  const at::Tensor k = random_values({8}, at::kDouble, 2).expand({1, 9, 1, 8});
  const RotaryTable table = table_of(9, 8, at::kDouble);
  const at::Tensor scores =
      at::mm(rotate(q, table).view({9, 8}), rotate(k, table).view({9, 8}).t());
  EXPECT_TRUE(at::allclose(scores.slice(0, 1).slice(1, 1), scores.slice(0, 0, 8).slice(1, 0, 8),
                           1e-12, 1e-12));
  EXPECT_GT((scores[0][0] - scores[1][0]).abs().item<double>(), 1e-3);
}

TEST(Rotate, HasTheSameBitsForAnyNumberOfThreads) {
  const Tensors inputs{random_values({4, 1000, 4, 33}, at::kFloat, 1)};
  const RotaryTable table = table_of(1000, 32);
  EXPECT_TRUE(same_bits_with_one_and_two_threads([&] {
    return value_and_gradients([&](const Tensors& in) { return rotate(in[0], table); }, inputs,
                               inputs[0]);
  }));
}

TEST(Rotate, RefusesMismatchedShapes) {
  EXPECT_EQ(check_message([] {
              rotate(at::zeros({1, 5, 1, 2}), table_of(4, 2));
            }),
            "[rotate] x must be (B, T, heads, K) with T = 4 but got [1, 5, 1, 2]");
  EXPECT_EQ(check_message([] {
              rotate(at::zeros({4, 2}), table_of(4, 2));
            }),
            "[rotate] x must be (B, T, heads, K) with T = 4 but got [4, 2]");
}

}  // namespace
}  // namespace lamina
