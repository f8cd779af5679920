#include "bootstrap.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>
#include <vector>

#include "python/python_random.h"

namespace lamina {
namespace {

constexpr std::int64_t kIterationsPerStream = 1000;

/// Computes exp(-mean) of one resample of `values`, with replacement, for each element of
/// `statistics`.
void resample(std::span<const double> values, std::uint64_t seed, std::span<double> statistics) {
  PythonRandom random(seed);
  const auto count = static_cast<double>(values.size());
  for (double& statistic : statistics) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      sum += values[static_cast<std::size_t>(random.uniform() * count)];
    }
    statistic = std::exp(-sum / count);
  }
}

}  // namespace

double perplexity_bootstrap_error(std::span<const double> values, std::int64_t iterations) {
  const auto chunk = static_cast<std::size_t>(std::min(iterations, kIterationsPerStream));
  const std::size_t num_chunks = static_cast<std::size_t>(iterations) / chunk;
  std::vector<double> statistics(num_chunks * chunk);
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < num_chunks; i = next++) {
      resample(values, i, std::span(statistics).subspan(i * chunk, chunk));
    }
  };
  {
    std::vector<std::jthread> threads;
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    for (std::size_t i = 1; i < std::min(cores, num_chunks); ++i) threads.emplace_back(work);
    work();
  }
  double sum = 0, squares = 0;
  for (const double each : statistics) sum += each;
  const double mean = sum / static_cast<double>(statistics.size());
  for (const double each : statistics) squares += (each - mean) * (each - mean);
  return std::sqrt(squares / static_cast<double>(statistics.size() - 1));
}

}  // namespace lamina
