#include "lamina/report/table.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "comparison.h"
#include "lamina/core/record_keys.h"
#include "lamina/core/units.h"
#include "lamina/report/pareto.h"
#include "table_columns.h"

namespace lamina {
namespace {

using Means = std::vector<SeedMean>;

/// Diverged runs, whose quality is NaN, come last among equal KV bytes.
void sort_by_kv_bytes(Means& means, Quality quality) {
  std::ranges::stable_sort(means, {}, [&](const SeedMean& mean) {
    const double loss = quality_of(mean.record, quality);
    return std::pair(-mean.record.kv_bytes_per_token,
                     std::isnan(loss) ? std::numeric_limits<double>::infinity() : loss);
  });
}

std::vector<bool> pareto_rows(const Means& means, Quality quality) {
  std::vector<double> cost, loss;
  for (const SeedMean& mean : means) {
    cost.push_back(static_cast<double>(mean.record.kv_bytes_per_token));
    loss.push_back(quality_of(mean.record, quality));
  }
  return pareto_front(cost, loss);
}

/// Explains the numbers after "±".
void add_number_notes(const Means& means, std::vector<std::string>& notes) {
  const auto has_accuracy_error = [](const SeedMean& mean) {
    return std::ranges::any_of(mean.record.tasks, [](const auto& task) {
      return std::ranges::any_of(task.second, [&](const auto& metric) {
        const auto error = find_metric(task.second, metric.first + "_stderr");
        return is_accuracy(metric.first) && error && std::isfinite(*error);
      });
    });
  };
  if (std::ranges::any_of(means, has_accuracy_error)) {
    notes.push_back("Accuracies in %, ± one standard error over the examples.");
  }
  if (std::ranges::any_of(means, [](const SeedMean& mean) { return mean.num_seeds > 1; })) {
    notes.push_back(
        "Rows with n > 1 seeds are means over seeds, the perplexity ± one sample standard "
        "deviation.");
  }
}

/// Names runs, not rows: one of several seeds may have diverged.
void add_diverged_warning(std::span<const Record> records, std::vector<std::string>& notes) {
  std::vector<std::string> names;
  for (const Record& record : records) {
    if (!record.perplexity()) names.push_back(record.name);
  }
  if (names.empty()) return;
  notes.push_back(fmt::format("Warning: diverged (the final perplexity is not finite): {}.",
                              fmt::join(names, ", ")));
}

/// Names the tasks that had answers that are not finite, and the runs.
void add_nonfinite_warning(std::span<const Record> records, std::vector<std::string>& notes) {
  std::vector<std::string> parts;
  for (const Record& record : records) {
    for (const auto& [task, metrics] : record.tasks) {
      const auto count = find_metric(metrics, kNonfiniteAnswers);
      if (count) parts.push_back(fmt::format("{:.0f} of {} in {}", *count, task, record.name));
    }
  }
  if (parts.empty()) return;
  notes.push_back(fmt::format("Warning: answers that are not finite: {}.", fmt::join(parts, ", ")));
}

void add_comparison_notes(std::span<const Record> records, Quality quality,
                          std::vector<std::string>& notes) {
  if (has_several_tokenizers(records)) {
    notes.push_back(
        "Ranked by bits per byte, as perplexities with different tokenizers cannot be compared.");
  }
  if (const std::string note = training_data_note(records); !note.empty()) notes.push_back(note);
  if (const std::string note = task_limit_note(records); !note.empty()) notes.push_back(note);
  if (const std::string warning = held_out_warning(records, quality); !warning.empty()) {
    notes.push_back(warning);
  }
}

/// "byte_bigram" -> "Byte bigram model"
std::string baseline_title(const std::string& name) {
  std::string title = name + " model";
  std::ranges::replace(title, '_', ' ');
  title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
  return title;
}

/// "" if the baseline has no finite number.
std::string baseline_text(const std::string& name, const Metrics& metrics) {
  std::vector<std::string> numbers;
  const auto finite = [&](const char* key) {
    const auto value = find_metric(metrics, key);
    return value && std::isfinite(*value) ? value : std::nullopt;
  };
  if (const auto perplexity = finite("perplexity")) {
    numbers.push_back("perplexity " + measured_number(*perplexity, 2));
  }
  if (const auto bits = finite("bits_per_byte")) {
    numbers.push_back(fmt::format("{:.3f} bits per byte", *bits));
  }
  if (numbers.empty()) return "";
  return fmt::format("{} counted on the same training text: {}", baseline_title(name),
                     fmt::join(numbers, ", "));
}

/// One note per different text; if there is more than one, each names its designs.
void add_baseline_notes(const Means& means, std::vector<std::string>& notes) {
  std::vector<std::pair<std::string, std::vector<std::string>>> texts;
  for (const SeedMean& mean : means) {
    for (const auto& [name, metrics] : mean.record.baselines) {
      const std::string text = baseline_text(name, metrics);
      if (text.empty()) continue;
      auto found = std::ranges::find(texts, text, [](const auto& entry) { return entry.first; });
      if (found == texts.end()) found = texts.insert(texts.end(), {text, {}});
      found->second.push_back(mean.record.design);
    }
  }
  for (const auto& [text, designs] : texts) {
    const bool is_of_all = designs.size() == means.size();
    notes.push_back(is_of_all ? text + "."
                              : fmt::format("{} ({}).", text, fmt::join(designs, ", ")));
  }
}

}  // namespace

Table make_table(std::span<const Record> records, const TableOptions& options) {
  const Quality quality = ranking_quality(records, options.quality);
  Means means = average_over_seeds(records);
  if (options.order == RowOrder::kKvBytes) sort_by_kv_bytes(means, quality);
  Table table;
  for (const bool on_front : pareto_rows(means, quality)) {
    table.rows.push_back({.is_pareto = on_front});
  }
  for (ColumnCells& column : table_columns(means, quality)) {
    table.columns.push_back(std::move(column.column));
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      table.rows[row].cells.push_back(std::move(column.cells[row]));
    }
  }
  add_number_notes(means, table.notes);
  add_diverged_warning(records, table.notes);
  add_nonfinite_warning(records, table.notes);
  add_comparison_notes(records, quality, table.notes);
  add_baseline_notes(means, table.notes);
  return table;
}

}  // namespace lamina
