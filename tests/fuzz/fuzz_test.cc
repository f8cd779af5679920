#include <gtest/gtest.h>

#include "fuzz/found_inputs.h"
#include "fuzz/targets.h"
#include "lamina/core/random.h"

namespace lamina {
namespace {

constexpr std::uint64_t kNumMutants = 3000;

/// A copy with one to four changes: a byte replaced, a bit flipped, bytes removed or duplicated, or
/// the end cut off. A pure function of seed and number.
std::string mutant(const std::string& seed, std::uint64_t number) {
  std::string text = seed;
  std::uint64_t draw = 0;
  const auto below = [&](std::size_t bound) {
    return static_cast<std::size_t>(random_below(std::max<std::size_t>(bound, 1), number, draw++));
  };
  for (std::size_t change = 0, changes = 1 + below(4); change < changes && !text.empty();
       ++change) {
    const std::size_t at = below(text.size()), length = 1 + below(text.size() - at);
    switch (below(5)) {
      case 0:
        text[at] = static_cast<char>(below(256));
        break;
      case 1:
        text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
        break;
      case 2:
        text.erase(at, std::min<std::size_t>(length, 16));
        break;
      case 3:
        text.insert(at, text.substr(at, std::min<std::size_t>(length, 64)));
        break;
      default:
        text.resize(at);
    }
  }
  return text;
}

class Fuzz : public testing::TestWithParam<FuzzTarget> {};

TEST_P(Fuzz, SurvivesValidInputsAndTheirMutants) {
  const auto seeds = GetParam().seeds();
  ASSERT_FALSE(seeds.empty());
  for (const std::string& seed : seeds) GetParam().run(seed);
  for (std::uint64_t i = 0; i < kNumMutants; ++i)
    GetParam().run(mutant(seeds[i % seeds.size()], i));
}

// Regression test: inputs that fuzzing has found.
TEST_P(Fuzz, SurvivesInputsThatOnceFailed) {
  GetParam().run("");
  for (const auto& [target, input] : regression_inputs()) {
    if (target == GetParam().name) GetParam().run(input);
  }
}

std::string name_of(const testing::TestParamInfo<FuzzTarget>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Readers, Fuzz, testing::ValuesIn(kFuzzTargets), name_of);

}  // namespace
}  // namespace lamina
