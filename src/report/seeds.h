#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lamina/report/records.h"

namespace lamina {

/// Records that differ only in their seed, averaged. A number that a record does not have has no
/// mean.
struct SeedMean {
  Record record;  ///< the first one, with means of the scores and the sum of skipped steps
  std::size_t num_seeds = 1;
  std::optional<double> perplexity_deviation;  ///< sample standard deviation; none for one seed
  std::optional<double> bits_per_byte_deviation;
};

/// Groups are in the order of their first records. Two records with the same seed are never
/// averaged.
std::vector<SeedMean> average_over_seeds(std::span<const Record> records);

/// Names of the conditions whose values differ between means, in order of appearance.
std::vector<std::string> varied_conditions(std::span<const SeedMean> means);

/// The metrics of a task; empty if the record does not have it.
const Metrics& task_metrics(const Record& record, const std::string& task);

/// The value of a condition; null if the record does not have it.
Json condition_of(const Record& record, const std::string& name);

/// The value of a condition as text; "" if the record does not have it.
std::string condition_text(const Record& record, const std::string& name);

/// NaN if the record does not have it, and for a diverged run: its perplexity is not finite even if
/// its bits per byte, a logarithm of it, are.
double quality_of(const Record& record, Quality quality);

}  // namespace lamina
