#pragma once
#include <cstdint>
#include <span>

namespace lamina {

/// The harness's standard error of exp(-mean): the sample standard deviation of the statistic over
/// `iterations` resamples of `values`, 1000 to a random stream of Python's with seeds 0, 1, ...
/// `iterations` above 1000 count in whole thousands. Runs on all cores.
double perplexity_bootstrap_error(std::span<const double> values, std::int64_t iterations);

}  // namespace lamina
