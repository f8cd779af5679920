#include "lamina/data/token_stream.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <string>

#include "lamina/core/error.h"

namespace lamina {

TokenStream::TokenStream(std::span<const std::filesystem::path> prefixes,
                         std::int64_t sequence_length, std::int64_t vocab_size)
    : sequence_length_(sequence_length) {
  std::int64_t num_tokens = 0;
  for (const auto& prefix : prefixes) {
    files_.emplace_back(prefix, vocab_size);
    ends_.push_back(num_tokens += files_.back().num_tokens());
  }
  if (num_tokens <= sequence_length) {
    std::vector<std::string> names;
    for (const auto& prefix : prefixes) names.push_back(prefix.string());
    throw Error(fmt::format("{}: got {} tokens; expected at least {} for sequence_length {}",
                            fmt::join(names, ", "), num_tokens, sequence_length + 1,
                            sequence_length));
  }
}

void TokenStream::copy_sample(std::int64_t sample, std::int64_t* out) const {
  copy(sample * sequence_length_, {out, static_cast<std::size_t>(sequence_length_ + 1)});
}

void TokenStream::copy(std::int64_t begin, std::span<std::int64_t> out) const {
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
