#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lamina/report/records.h"

namespace lamina {

/// Records that differ by seed only, as one. A number that is not in all of them has no mean.
struct SeedMean {
  Record record;  ///< scores are means over the seeds, skipped steps their sum; the rest is the
                  ///< first record's
  std::size_t num_seeds = 1;
  std::optional<double> perplexity_deviation;  ///< sample standard deviation; none for one seed
  std::optional<double> bits_per_byte_deviation;
};

/// In the order of each one's first record. Two records of the same seed are never averaged.
std::vector<SeedMean> average_over_seeds(std::span<const Record> records);

/// Names of the conditions whose values are not the same in all, in order of appearance.
std::vector<std::string> varied_conditions(std::span<const SeedMean> means);

/// None when the record does not have the task.
const Metrics& task_metrics(const Record& record, const std::string& task);

/// Null when the record does not have it.
Json condition_of(const Record& record, const std::string& name);

/// The condition as a person reads it; "" when the record does not have it.
std::string condition_text(const Record& record, const std::string& name);

/// NaN when the record has none, and for a run that diverged: its perplexity is not finite even
/// where its bits per byte, a logarithm of it, still are.
double quality_of(const Record& record, Quality quality);

}  // namespace lamina
