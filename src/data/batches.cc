#include "lamina/data/batches.h"

#include "lamina/core/random.h"
#include "lamina/data/sample_order.h"

namespace lamina {
namespace {

std::vector<double> weights_of(std::span<const WeightedFiles> sources) {
  std::vector<double> weights;
  for (const WeightedFiles& source : sources) weights.push_back(source.weight);
  return weights;
}

std::vector<WeightedFiles> one_source(std::span<const std::filesystem::path> prefixes) {
  return {{{prefixes.begin(), prefixes.end()}}};
}

/// Source 0 uses the plain seed, so a single source has the same order with and without a weight.
std::uint64_t order_seed(std::uint64_t seed, std::size_t source) {
  return source == 0 ? seed : mix_keys(mix_keys(seed, purpose_of("source")), source);
}

}  // namespace

Share share_of(std::int64_t batch_sequences, int rank, int num_ranks) {
  const std::int64_t begin = batch_sequences * rank / num_ranks;
  return {begin, batch_sequences * (rank + 1) / num_ranks - begin};
}

BatchSource::BatchSource(std::span<const WeightedFiles> sources, const BatchOptions& options)
    : options_(options), mixture_(weights_of(sources), options.seed.value_or(0)) {
  for (const WeightedFiles& source : sources) {
    sources_.emplace_back(source.prefixes, options.sequence_length, options.vocab_size);
  }
}

BatchSource::BatchSource(std::span<const std::filesystem::path> prefixes,
                         const BatchOptions& options)
    : BatchSource(one_source(prefixes), options) {}

BatchSource::Sample BatchSource::sample_at_position(std::int64_t position) const {
  const auto [source, source_position] = mixture_.at(position);
  const std::int64_t num_samples = sources_[source].num_samples();
  if (!options_.seed) return {source, source_position % num_samples};
  return {source, sample_at(order_seed(*options_.seed, source), source_position, num_samples)};
}

at::Tensor BatchSource::samples(std::int64_t first_position, std::int64_t count) const {
  const std::int64_t width = options_.sequence_length + 1;
  at::Tensor samples_BT = at::empty({count, width}, at::kLong);
  auto* row = samples_BT.data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < count; ++i, row += width) {
    const Sample sample = sample_at_position(first_position + i);
    sources_[sample.source].copy_sample(sample.index, row);
  }
  return samples_BT;
}

}  // namespace lamina
