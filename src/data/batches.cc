#include "lamina/data/batches.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>

#include "lamina/core/error.h"
#include "lamina/data/sample_order.h"

namespace lamina {

Share share_of(std::int64_t batch_sequences, int rank, int num_ranks) {
  const std::int64_t begin = batch_sequences * rank / num_ranks;
  return {begin, batch_sequences * (rank + 1) / num_ranks - begin};
}

BatchSource::BatchSource(std::span<const std::filesystem::path> prefixes,
                         const BatchOptions& options)
    : options_(options) {
  std::int64_t num_tokens = 0;
  for (const auto& prefix : prefixes) {
    files_.emplace_back(prefix, options.vocab_size);
    ends_.push_back(num_tokens += files_.back().num_tokens());
  }
  if (num_tokens <= options.sequence_length) {
    std::vector<std::string> names;
    for (const auto& prefix : prefixes) names.push_back(prefix.string());
    throw Error(fmt::format("{}: {} tokens are too few, sequence_length {} needs at least {}",
                            fmt::join(names, ", "), num_tokens, options.sequence_length,
                            options.sequence_length + 1));
  }
}

std::int64_t BatchSource::sample_index(std::int64_t position) const {
  if (!options_.seed) return position % num_samples();
  return sample_at(*options_.seed, position, num_samples());
}

at::Tensor BatchSource::samples(std::int64_t first_position, std::int64_t count) const {
  const std::int64_t width = options_.sequence_length + 1;
  at::Tensor samples_BT = at::empty({count, width}, at::kLong);
  auto* row = samples_BT.data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < count; ++i, row += width) {
    copy(sample_index(first_position + i) * options_.sequence_length,
         {row, static_cast<std::size_t>(width)});
  }
  return samples_BT;
}

void BatchSource::copy(std::int64_t begin, std::span<std::int64_t> out) const {
  while (!out.empty()) {
    const auto end = std::upper_bound(ends_.begin(), ends_.end(), begin);
    const TokenFile& file = files_[static_cast<std::size_t>(end - ends_.begin())];
    const auto part = out.first(std::min(out.size(), static_cast<std::size_t>(*end - begin)));
    file.copy(begin - (*end - file.num_tokens()), part);
    begin += static_cast<std::int64_t>(part.size());
    out = out.subspan(part.size());
  }
}

}  // namespace lamina
