#include "seeds.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

namespace lamina {
namespace {

using Group = std::vector<const Record*>;

/// Equal design, shape, tokenizer, data and conditions, and different seeds.
bool differ_by_seed_only(const Record& a, const Record& b) {
  const auto fields = [](const Record& r) {
    return std::tie(r.design, r.head_dim, r.num_attention_heads, r.num_key_value_heads,
                    r.num_kv_layers, r.parameters, r.kv_bytes_per_token, r.tokenizer, r.data_hash);
  };
  return a.seed != b.seed && fields(a) == fields(b) &&
         std::ranges::is_permutation(a.conditions, b.conditions);
}

/// A record joins the first group from all of whose members it differs only by its seed.
std::vector<Group> group_by_all_but_seed(std::span<const Record> records) {
  std::vector<Group> groups;
  for (const Record& record : records) {
    const auto group = std::ranges::find_if(groups, [&](const Group& members) {
      return std::ranges::all_of(
          members, [&](const Record* member) { return differ_by_seed_only(*member, record); });
    });
    if (group == groups.end()) {
      groups.push_back({&record});
    } else {
      group->push_back(&record);
    }
  }
  return groups;
}

/// `number` of each record of the group; empty if a record does not have it.
template <class Number>
std::vector<double> numbers_of(const Group& group, const Number& number) {
  std::vector<double> values;
  for (const Record* record : group) {
    const std::optional<double> value = number(*record);
    if (!value) return {};
    values.push_back(*value);
  }
  return values;
}

std::optional<double> mean(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// sqrt(sum of squared deviations / (n - 1)).
std::optional<double> sample_deviation(const std::vector<double>& values) {
  if (values.size() < 2) return std::nullopt;
  const double center = *mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - center) * (value - center);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

Metrics mean_metrics(const Group& group, const std::string& task, const Metrics& metrics) {
  Metrics means;
  for (const auto& [name, unused] : metrics) {
    const auto value = mean(numbers_of(group, [&, &metric = name](const Record& r) {
      return find_metric(task_metrics(r, task), metric);
    }));
    if (value) means.emplace_back(name, std::isfinite(*value) ? value : std::nullopt);
  }
  return means;
}

/// Means over the group; fields that are not scores are those of its first record.
SeedMean average(const Group& group) {
  const auto perplexities = numbers_of(group, [](const Record& r) { return r.perplexity(); });
  const auto bits = numbers_of(group, [](const Record& r) { return r.bits_per_byte(); });
  SeedMean result;
  result.record = *group.front();
  result.num_seeds = group.size();
  result.record.skipped_steps = 0;
  for (const Record* record : group) result.record.skipped_steps += record->skipped_steps;
  result.record.validation->perplexity = mean(perplexities);
  result.record.validation->bits_per_byte = mean(bits);
  result.perplexity_deviation = sample_deviation(perplexities);
  result.bits_per_byte_deviation = sample_deviation(bits);
  for (auto& [task, metrics] : result.record.tasks) metrics = mean_metrics(group, task, metrics);
  return result;
}

}  // namespace

std::vector<SeedMean> average_over_seeds(std::span<const Record> records) {
  std::vector<SeedMean> means;
  for (const Group& group : group_by_all_but_seed(records)) means.push_back(average(group));
  return means;
}

std::vector<std::string> varied_conditions(std::span<const SeedMean> means) {
  std::vector<std::string> varied;
  for (const SeedMean& mean : means) {
    for (const auto& [name, value] : mean.record.conditions) {
      const auto same = [&, &key = name](const SeedMean& other) {
        return condition_of(other.record, key) == condition_of(means.front().record, key);
      };
      if (std::ranges::find(varied, name) == varied.end() && !std::ranges::all_of(means, same)) {
        varied.push_back(name);
      }
    }
  }
  return varied;
}

const Metrics& task_metrics(const Record& record, const std::string& task) {
  static const Metrics kNone;
  const auto is_task = [&](const auto& entry) { return entry.first == task; };
  const auto found = std::ranges::find_if(record.tasks, is_task);
  return found == record.tasks.end() ? kNone : found->second;
}

Json condition_of(const Record& record, const std::string& name) {
  const auto found = std::ranges::find(record.conditions, name, &Conditions::value_type::first);
  return found == record.conditions.end() ? Json() : found->second;
}

std::string condition_text(const Record& record, const std::string& name) {
  const Json value = condition_of(record, name);
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

double quality_of(const Record& record, Quality quality) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  if (!record.perplexity()) return kNone;
  return quality == Quality::kPerplexity ? *record.perplexity()
                                         : record.bits_per_byte().value_or(kNone);
}

}  // namespace lamina
