#include <algorithm>
#include <cmath>
#include <numbers>

#include "bootstrap.h"
#include "lamina/core/error.h"
#include "lamina/eval/task.h"

namespace lamina {
namespace {

using Responses = std::span<const Response>;

/// Index of the highest score; of equal ones, the first, as NumPy's argmax.
std::size_t likeliest(const TaskDocument& document, Responses responses, bool per_character) {
  std::vector<double> scores;
  for (std::size_t i = 0; i < responses.size(); ++i) {
    const double length = per_character ? static_cast<double>(document.lengths[i]) : 1.0;
    scores.push_back(responses[i].log_likelihood / length);
  }
  return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

bool is_right(const TaskDocument& document, Responses responses, Metric metric) {
  if (metric == Metric::kGreedyAcc) return responses[0].is_greedy;
  return likeliest(document, responses, metric == Metric::kAccNorm) == document.gold;
}

/// Calls `visit` with each document and its own responses.
template <class Visit>
void for_each_document(const TaskRequests& task, Responses responses, Visit visit) {
  for (const TaskDocument& document : task.documents) {
    visit(document, responses.first(document.requests.size()));
    responses = responses.subspan(document.requests.size());
  }
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// Standard error of the mean: sample standard deviation / sqrt(n); "N/A" below two values.
Json standard_error(const std::vector<double>& values) {
  if (values.size() < 2) return "N/A";
  const double mean = mean_of(values);
  const auto count = static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / (count - 1)) / std::sqrt(count);
}

void add_accuracy(Json& metrics, const TaskRequests& task, Responses responses, Metric metric) {
  std::vector<double> right;
  for_each_document(task, responses, [&](const TaskDocument& document, Responses own) {
    right.push_back(is_right(document, own, metric) ? 1.0 : 0.0);
  });
  const std::string name = metric == Metric::kAccNorm ? "acc_norm" : "acc";
  metrics[name] = mean_of(right);
  metrics[name + "_stderr"] = standard_error(right);
}

void add_perplexity(Json& metrics, Responses responses, std::int64_t iterations) {
  std::vector<double> values;
  for (const Response& response : responses) values.push_back(response.log_likelihood);
  metrics["perplexity"] = std::exp(-mean_of(values));
  if (values.size() < 2 || iterations < 2) {
    metrics["perplexity_stderr"] = "N/A";
  } else {
    metrics["perplexity_stderr"] = perplexity_bootstrap_error(values, iterations);
  }
}

void add_rolling(Json& metrics, const TaskRequests& task, Responses responses) {
  double nats = 0, words = 0, bytes = 0;
  for_each_document(task, responses, [&](const TaskDocument& document, Responses own) {
    nats -= own[0].log_likelihood;
    words += static_cast<double>(document.words);
    bytes += static_cast<double>(document.bytes);
  });
  metrics["word_perplexity"] = std::exp(nats / words);
  metrics["word_perplexity_stderr"] = "N/A";
  metrics["byte_perplexity"] = std::exp(nats / bytes);
  metrics["byte_perplexity_stderr"] = "N/A";
  metrics["bits_per_byte"] = nats / bytes / std::numbers::ln2;
  metrics["bits_per_byte_stderr"] = "N/A";
}

/// Replaces all values by null and adds the number of answers that are not finite.
Json without_values(Json metrics, std::int64_t num_bad) {
  for (Json& value : metrics) value = nullptr;
  metrics[kNonfiniteAnswers] = num_bad;
  return metrics;
}

std::int64_t num_nonfinite_of(std::span<const PartMetrics> parts) {
  std::int64_t count = 0;
  for (const PartMetrics& part : parts) {
    count += part.metrics.value(kNonfiniteAnswers, std::int64_t{0});
  }
  return count;
}

}  // namespace

Json task_metrics(const TaskRequests& task, std::span<const Response> responses,
                  std::int64_t bootstrap_iterations) {
  if (responses.size() != task.num_requests()) {
    throw Error(task.name + ": got " + std::to_string(responses.size()) + " responses; expected " +
                std::to_string(task.num_requests()) + ", one for each request");
  }
  Json metrics = Json::object();
  const std::int64_t num_bad = num_nonfinite(responses);
  if (num_bad > 0) bootstrap_iterations = 0;
  for (const Metric metric : task.metrics) {
    switch (metric) {
      case Metric::kAcc:
      case Metric::kGreedyAcc:
      case Metric::kAccNorm:
        add_accuracy(metrics, task, responses, metric);
        break;
      case Metric::kPerplexity:
        add_perplexity(metrics, responses, bootstrap_iterations);
        break;
      case Metric::kRollingPerplexity:
        add_rolling(metrics, task, responses);
        break;
    }
  }
  return num_bad > 0 ? without_values(std::move(metrics), num_bad) : metrics;
}

Json group_metrics(std::span<const PartMetrics> parts) {
  const std::int64_t num_bad = num_nonfinite_of(parts);
  if (num_bad > 0) return without_values({{"acc", nullptr}, {"acc_stderr", nullptr}}, num_bad);
  double documents = 0, right = 0, variance = 0;
  bool has_error = true;
  for (const PartMetrics& part : parts) {
    const auto count = static_cast<double>(part.num_documents);
    documents += count;
    right += part.metrics.at("acc").get<double>() * count;
    const Json& error = part.metrics.at("acc_stderr");
    has_error = has_error && error.is_number();
    if (has_error) variance += (count - 1) * std::pow(error.get<double>(), 2) * count;
  }
  // Pooled standard error of n = sum n_i documents in k parts, with s_i^2 = n_i stderr_i^2:
  // sqrt(sum (n_i - 1) s_i^2 / (n - k) / n).
  Json group{{"acc", right / documents}, {"acc_stderr", "N/A"}};
  if (has_error) {
    const double freedom = documents - static_cast<double>(parts.size());
    group["acc_stderr"] = std::sqrt(variance / freedom / documents);
  }
  return group;
}

}  // namespace lamina
