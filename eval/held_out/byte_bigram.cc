#include "lamina/eval/byte_bigram.h"

#include <cmath>
#include <numeric>

#include "lamina/text/words.h"

namespace lamina {
namespace {

constexpr std::size_t kDocumentEnd = 256;
constexpr std::size_t kNumSymbols = 257;

/// Calls f(previous symbol, symbol) for every byte of a document and for its end. Before the first
/// byte, the previous symbol is kDocumentEnd.
template <class F>
void for_each_pair(std::string_view document, const F& f) {
  std::size_t before = kDocumentEnd;
  for (const char character : document) {
    const auto symbol = static_cast<std::size_t>(static_cast<unsigned char>(character));
    f(before, symbol);
    before = symbol;
  }
  f(before, kDocumentEnd);
}

}  // namespace

ByteBigram::ByteBigram() : pair_counts_(kNumSymbols * kNumSymbols, 1) {}

void ByteBigram::count(std::string_view document) {
  for_each_pair(document, [&](std::size_t before, std::size_t symbol) {
    ++pair_counts_[before * kNumSymbols + symbol];
  });
}

Perplexity ByteBigram::score(const std::vector<std::string>& documents) const {
  std::vector<double> negative_logs(pair_counts_.size());
  for (std::size_t before = 0; before < kNumSymbols; ++before) {
    const auto row = pair_counts_.begin() + static_cast<std::ptrdiff_t>(before * kNumSymbols);
    const auto total =
        static_cast<double>(std::accumulate(row, row + kNumSymbols, std::int64_t{0}));
    for (std::size_t symbol = 0; symbol < kNumSymbols; ++symbol) {
      const std::size_t pair = before * kNumSymbols + symbol;
      negative_logs[pair] = std::log(total / static_cast<double>(pair_counts_[pair]));
    }
  }
  Perplexity result;
  for (const std::string& document : documents) {
    for_each_pair(document, [&](std::size_t before, std::size_t symbol) {
      result.nats += negative_logs[before * kNumSymbols + symbol];
      ++result.tokens;
    });
    result.bytes += std::ssize(document);
    result.words += count_words(document);
  }
  return result;
}

}  // namespace lamina
