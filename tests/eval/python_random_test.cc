#include "eval/python/python_random.h"

#include <gmock/gmock.h>

namespace lamina {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Expected values of this file: random module of CPython 3.11.

TEST(PythonRandom, IsPythonsStreamOfASeed) {
  PythonRandom bits(1234);
  EXPECT_EQ(bits.next32(), 4150886329U);
  EXPECT_EQ(bits.next32(), 3342196574U);
  EXPECT_EQ(bits.next32(), 1892932127U);
  EXPECT_EQ(bits.next32(), 501869158U);
  PythonRandom zero(0);
  EXPECT_EQ(zero.next32(), 3626764237U);
  EXPECT_EQ(zero.next32(), 1654615998U);
}

TEST(PythonRandom, ASeedAbove32BitsHasTwoKeyWords) {
  PythonRandom random((std::uint64_t{1} << 40) + 7);
  EXPECT_EQ(random.next32(), 2635837658U);
  EXPECT_EQ(random.next32(), 3209733218U);
}

TEST(PythonRandom, RefillsItsStateAfter624Words) {
  PythonRandom random(5);
  random.sample(700, 1);
  for (int i = 0; i < 400; ++i) random.uniform();
  EXPECT_EQ(random.next32(), 1947773255U);
}

TEST(PythonRandom, FractionsHave53Bits) {
  PythonRandom random(1234);
  EXPECT_EQ(random.uniform(), 0.9664535356921388);
  EXPECT_EQ(random.uniform(), 0.4407325991753527);
  EXPECT_EQ(random.uniform(), 0.007491470058587191);
}

TEST(PythonRandom, BitsAreTheHighestOfAWord) {
  PythonRandom random(1234);
  for (const std::uint32_t expected : {30U, 24U, 14U, 3U, 0U, 2U})
    EXPECT_EQ(random.bits(5), expected);
  for (const std::uint32_t expected : {932U, 965U, 961U, 826U})
    EXPECT_EQ(random.below(1000), expected);
}

TEST(PythonRandom, ConsecutiveSamplesEqualPythons) {
  PythonRandom many(1234);
  EXPECT_THAT(many.sample(1000, 3), ElementsAre(989, 796, 451));
  EXPECT_THAT(many.sample(1000, 3), ElementsAre(119, 7, 92));
  EXPECT_THAT(many.sample(1000, 3), ElementsAre(932, 965, 961));
  PythonRandom few(1234);
  EXPECT_THAT(few.sample(20, 6), ElementsAre(14, 3, 0, 2, 1, 10));
  EXPECT_THAT(few.sample(20, 6), ElementsAre(2, 3, 11, 7, 0, 15));
  EXPECT_THAT(PythonRandom(1234).sample(39905, 11),
              ElementsAre(28883, 7657, 490, 5940, 38156, 2288, 5500, 6450, 23241, 15519, 1142));
}

TEST(PythonRandom, SamplesAllAndNone) {
  EXPECT_THAT(PythonRandom(3).sample(4, 4), ElementsAre(1, 2, 0, 3));
  EXPECT_THAT(PythonRandom(3).sample(4, 0), IsEmpty());
}

// Seeds for which the two algorithms of random.sample give different results. The first of each
// pair of sizes is the largest for which CPython copies the population.
TEST(PythonRandom, SampleChoosesTheSameAlgorithmAsPython) {
  EXPECT_THAT(PythonRandom(2).sample(21, 5), ElementsAre(1, 2, 19, 11, 5));
  EXPECT_THAT(PythonRandom(2).sample(22, 5), ElementsAre(1, 2, 11, 5, 21));
  EXPECT_THAT(PythonRandom(5).sample(85, 6), ElementsAre(79, 32, 45, 67, 3, 59));
  EXPECT_THAT(PythonRandom(2).sample(86, 6), ElementsAre(7, 11, 10, 46, 21, 85));
}

}  // namespace
}  // namespace lamina
