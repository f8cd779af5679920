#include "lamina/data/mixture.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lamina/core/error.h"
#include "lamina/core/random.h"
#include "lamina/data/sample_order.h"

namespace lamina {
namespace {

/// Largest remainder method (Hamilton); of equal remainders, the earlier source goes first.
std::vector<std::int64_t> shares_of(std::span<const double> weights) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<std::int64_t> shares;
  std::vector<double> remainders;
  for (const double weight : weights) {
    const double exact = weight / total * static_cast<double>(Mixture::kBlockSamples);
    shares.push_back(static_cast<std::int64_t>(std::floor(exact)));
    remainders.push_back(exact - std::floor(exact));
  }
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  const std::int64_t assigned = std::accumulate(shares.begin(), shares.end(), std::int64_t{0});
  for (std::int64_t i = 0; i < Mixture::kBlockSamples - assigned; ++i) {
    ++shares[order[static_cast<std::size_t>(i) % order.size()]];
  }
  return shares;
}

}  // namespace

Mixture::Mixture(std::span<const double> weights, std::uint64_t seed)
    : seed_(seed), shares_(shares_of(weights)) {
  const auto empty = std::find(shares_.begin(), shares_.end(), 0);
  if (empty != shares_.end()) {
    const auto i = static_cast<std::size_t>(empty - shares_.begin());
    throw SettingError(
        "train", fmt::format("got weight {} of a total of {}; expected at least one sample in {}",
                             weights[i], std::accumulate(weights.begin(), weights.end(), 0.0),
                             kBlockSamples));
  }
  ends_.resize(shares_.size());
  std::partial_sum(shares_.begin(), shares_.end(), ends_.begin());
}

Mixture::Draw Mixture::at(std::int64_t position) const {
  if (shares_.size() == 1) return {0, position};
  const std::int64_t block = position / kBlockSamples;
  const std::uint64_t key =
      mix_keys(mix_keys(seed_, purpose_of("mixture")), static_cast<std::uint64_t>(block));
  const std::int64_t slot = KeyedPermutation(kBlockSamples, key)(position % kBlockSamples);
  const auto end = std::upper_bound(ends_.begin(), ends_.end(), slot);
  const auto source = static_cast<std::size_t>(end - ends_.begin());
  const std::int64_t begin = *end - shares_[source];
  return {source, block * shares_[source] + slot - begin};
}

}  // namespace lamina
