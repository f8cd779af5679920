#pragma once
#include <cstdint>
#include <span>

namespace lamina {

/// Standard error of exp(-mean) as in lm-evaluation-harness (bootstrap_stderr): the sample standard
/// deviation of the statistic over `iterations` resamples of `values`, with one Python random
/// stream per 1,000 resamples, with seeds 0, 1, ... Above 1,000, `iterations` is rounded down to
/// whole thousands. Needs iterations >= 2. Runs on all cores; the result does not depend on their
/// number.
double perplexity_bootstrap_error(std::span<const double> values, std::int64_t iterations);

}  // namespace lamina
