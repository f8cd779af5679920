#include "table_columns.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "lamina/core/record_keys.h"
#include "lamina/core/units.h"

namespace lamina {
namespace {

using Means = std::vector<SeedMean>;

/// Which values of a column are better.
enum class Better { kNeither, kLower, kHigher };

/// Marks the best values, except those of diverged runs; none if all are equal.
void mark_best(const Means& means, std::vector<Cell>& cells, Better better) {
  std::vector<Cell*> candidates;
  for (std::size_t row = 0; row < cells.size(); ++row) {
    if (means[row].record.perplexity() && !cells[row].value.is_null())
      candidates.push_back(&cells[row]);
  }
  if (candidates.empty() || better == Better::kNeither) return;
  const auto value_of = [](const Cell* cell) { return cell->value.get<double>(); };
  const double min = value_of(std::ranges::min(candidates, {}, value_of));
  const double max = value_of(std::ranges::max(candidates, {}, value_of));
  if (min == max) return;
  const double best = better == Better::kLower ? min : max;
  for (Cell* cell : candidates) cell->is_best = value_of(cell) == best;
}

/// `cell` returns the cell for a SeedMean.
template <class MakeCell>
ColumnCells column_of(const Means& means, Column column, const MakeCell& cell) {
  ColumnCells result{.column = std::move(column)};
  for (const SeedMean& mean : means) result.cells.push_back(cell(mean));
  return result;
}

ColumnCells design_column(const Means& means) {
  Column column{.title = "Design", .alignment = Alignment::kLeft, .key = "design"};
  return column_of(means, std::move(column), [](const SeedMean& mean) {
    return Cell{.text = mean.record.design, .value = mean.record.design};
  });
}

ColumnCells count_column(const Means& means, Column column, std::int64_t Record::*count) {
  return column_of(means, std::move(column), [&](const SeedMean& mean) {
    return Cell{.text = grouped(mean.record.*count), .value = mean.record.*count};
  });
}

ColumnCells kv_bytes_column(const Means& means) {
  Column column{.title = "KV bytes/token", .key = "kv_bytes_per_token"};
  ColumnCells result = count_column(means, std::move(column), &Record::kv_bytes_per_token);
  mark_best(means, result.cells, Better::kLower);
  return result;
}

ColumnCells parameters_column(const Means& means) {
  Column column{.title = "Parameters", .key = "parameters"};
  return column_of(means, std::move(column), [](const SeedMean& mean) {
    const auto count = static_cast<double>(mean.record.parameters);
    return Cell{.text = readable_count(count), .value = mean.record.parameters};
  });
}

ColumnCells seeds_column(const Means& means) {
  Column column{.title = "Seeds", .key = "seeds"};
  return column_of(means, std::move(column), [](const SeedMean& mean) {
    return Cell{.text = std::to_string(mean.num_seeds), .value = mean.num_seeds};
  });
}

ColumnCells condition_column(const Means& means, const std::string& name, std::string title) {
  Column column{.title = std::move(title), .key = name};
  return column_of(means, std::move(column), [&](const SeedMean& mean) {
    const std::string text = condition_text(mean.record, name);
    return Cell{.text = text.empty() ? kNoValue : text, .value = condition_of(mean.record, name)};
  });
}

/// A title is the last part of the dotted name if that is unique, otherwise the whole name.
void add_condition_columns(const Means& means, std::vector<ColumnCells>& columns) {
  const std::vector<std::string> names = varied_conditions(means);
  const auto last_part = [](const std::string& name) { return name.substr(name.rfind('.') + 1); };
  for (const std::string& name : names) {
    const bool unique = std::ranges::count(names, last_part(name), last_part) == 1;
    columns.push_back(condition_column(means, name, unique ? last_part(name) : name));
  }
}

/// A measured number with its standard error or deviation; either may be missing.
struct Measured {
  std::optional<double> value;
  std::optional<double> error;
};

/// How the numbers of a column are formatted and compared.
struct MeasuredStyle {
  double scale = 1;
  int decimals = 3;
  bool shows_error = true;
  Better better = Better::kNeither;
};

/// Perplexities below 10, as of byte-level models, may differ only in the third decimal.
int perplexity_decimals(const std::vector<Measured>& numbers) {
  const auto is_small = [](const Measured& number) { return number.value && *number.value < 10; };
  return std::ranges::any_of(numbers, is_small) ? 3 : 2;
}

Cell measured_cell(const Measured& number, const MeasuredStyle& style) {
  if (!number.value) return {.text = kNoValue};
  if (!std::isfinite(*number.value)) return {.text = kNotFinite};
  Cell cell{.text = measured_number(*number.value * style.scale, style.decimals),
            .value = *number.value};
  if (number.error) cell.error = *number.error;
  if (number.error && style.shows_error) {
    cell.text += " ± " + measured_number(*number.error * style.scale, style.decimals);
  }
  return cell;
}

/// The column of errors has the key of the column + `error_suffix`; it exists if any row has an
/// error.
ColumnCells measured_column(const Means& means, Column column, const char* error_suffix,
                            const std::vector<Measured>& numbers, const MeasuredStyle& style) {
  const auto has_error = [](const Measured& number) { return number.error.has_value(); };
  if (std::ranges::any_of(numbers, has_error)) column.error_key = column.key + error_suffix;
  ColumnCells result{.column = std::move(column)};
  for (const Measured& number : numbers) result.cells.push_back(measured_cell(number, style));
  mark_best(means, result.cells, style.better);
  return result;
}

bool has_one_tokenizer(const Means& means) {
  return std::ranges::all_of(means, [&](const SeedMean& mean) {
    return mean.record.tokenizer == means.front().record.tokenizer;
  });
}

/// With several tokenizers no perplexity is the best one.
ColumnCells perplexity_column(const Means& means) {
  std::vector<Measured> numbers;
  for (const SeedMean& mean : means) {
    numbers.push_back({mean.record.perplexity(), mean.perplexity_deviation});
  }
  const MeasuredStyle style{.decimals = perplexity_decimals(numbers),
                            .better = has_one_tokenizer(means) ? Better::kLower : Better::kNeither};
  return measured_column(means, {.title = "Validation perplexity", .key = "perplexity"}, "_stddev",
                         numbers, style);
}

ColumnCells bits_per_byte_column(const Means& means) {
  std::vector<Measured> numbers;
  for (const SeedMean& mean : means) {
    numbers.push_back({mean.record.bits_per_byte(), mean.bits_per_byte_deviation});
  }
  return measured_column(means, {.title = "Validation bits/byte", .key = "bits_per_byte"},
                         "_stddev", numbers, {.better = Better::kLower});
}

bool is_perplexity(const std::string& metric) {
  return metric.ends_with("perplexity") || metric == "bits_per_byte";
}

MeasuredStyle task_style(const std::string& metric, const std::vector<Measured>& numbers) {
  if (is_accuracy(metric)) return {.scale = 100, .decimals = 1, .better = Better::kHigher};
  if (!is_perplexity(metric)) return {};
  const int decimals = metric == "bits_per_byte" ? 3 : perplexity_decimals(numbers);
  return {.decimals = decimals, .shows_error = false, .better = Better::kLower};
}

ColumnCells task_column(const Means& means, const std::string& task, const std::string& metric) {
  std::vector<Measured> numbers;
  for (const SeedMean& mean : means) {
    const Metrics& metrics = task_metrics(mean.record, task);
    auto error = find_metric(metrics, metric + "_stderr");
    if (error && !std::isfinite(*error)) error.reset();
    numbers.push_back({find_metric(metrics, metric), error});
  }
  Column column{.title = task + " " + metric, .key = task + "." + metric};
  return measured_column(means, std::move(column), "_stderr", numbers, task_style(metric, numbers));
}

void add_unseen(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

/// The position of a task in the tables of the CLA paper (arXiv 2405.12981, table 3); tasks that
/// are not in them come last. The number of shots is ignored: "hellaswag_10shot" is hellaswag.
std::ptrdiff_t paper_position(const std::string& task) {
  static constexpr std::array<std::string_view, 8> kOrder{
      "wikitext", "hellaswag", "piqa", "winogrande", "sciq", "openbookqa", "boolq", "arc_easy"};
  const auto is_it = [&](std::string_view known) {
    return task.starts_with(known) && (task.size() == known.size() || task.ends_with("shot"));
  };
  return std::ranges::find_if(kOrder, is_it) - kOrder.begin();
}

/// The tasks of all records: the paper's in its order, then the others in the order of the records.
std::vector<std::string> tasks_in_order(const Means& means) {
  std::vector<std::string> tasks;
  for (const SeedMean& mean : means) {
    for (const auto& [task, unused] : mean.record.tasks) add_unseen(tasks, task);
  }
  std::ranges::stable_sort(tasks, {}, paper_position);
  return tasks;
}

void add_task_columns(const Means& means, std::vector<ColumnCells>& columns) {
  for (const std::string& task : tasks_in_order(means)) {
    std::vector<std::string> metrics;
    for (const SeedMean& mean : means) {
      for (const auto& [metric, unused] : task_metrics(mean.record, task)) {
        const bool is_shown = !metric.ends_with("_stderr") && metric != kNonfiniteAnswers;
        if (is_shown) add_unseen(metrics, metric);
      }
    }
    for (const std::string& metric : metrics) columns.push_back(task_column(means, task, metric));
  }
}

void add_shape_columns(const Means& means, std::vector<ColumnCells>& columns) {
  const auto add = [&](const char* title, const char* key, std::int64_t Record::*count) {
    columns.push_back(count_column(means, {.title = title, .key = key}, count));
  };
  add("d_head", "head_dim", &Record::head_dim);
  add("Query heads", "num_attention_heads", &Record::num_attention_heads);
  add("KV heads", "num_key_value_heads", &Record::num_key_value_heads);
  add("KV layers", "num_kv_layers", &Record::num_kv_layers);
}

}  // namespace

bool is_accuracy(const std::string& metric) {
  return metric.starts_with("acc") || metric == "exact_match" || metric == "f1";
}

std::vector<ColumnCells> table_columns(const Means& means, Quality quality) {
  std::vector<ColumnCells> columns;
  columns.push_back(design_column(means));
  add_shape_columns(means, columns);
  columns.push_back(kv_bytes_column(means));
  columns.push_back(parameters_column(means));
  add_condition_columns(means, columns);
  if (std::ranges::any_of(means, [](const SeedMean& mean) { return mean.num_seeds > 1; })) {
    columns.push_back(seeds_column(means));
  }
  if (std::ranges::any_of(means, [](const SeedMean& m) { return m.record.skipped_steps > 0; })) {
    columns.push_back(count_column(means, {.title = "Skipped steps", .key = "skipped_steps"},
                                   &Record::skipped_steps));
  }
  columns.push_back(perplexity_column(means));
  // For the tokenizer `bytes`, bits per byte are the base-2 logarithm of the perplexity.
  if (quality == Quality::kBitsPerByte || means.front().record.tokenizer != "bytes") {
    columns.push_back(bits_per_byte_column(means));
  }
  add_task_columns(means, columns);
  return columns;
}

}  // namespace lamina
