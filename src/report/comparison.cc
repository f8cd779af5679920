#include "comparison.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <map>
#include <vector>

#include "lamina/core/units.h"

namespace lamina {
namespace {

using HashCounts = std::map<std::string, int>;

constexpr double kMaxRelativeDifference = 0.01;

/// For each tokenizer, the number of records with each data hash; records without one are ignored.
std::map<std::string, HashCounts> hashes_of_tokenizers(std::span<const Record> records) {
  std::map<std::string, HashCounts> hashes;
  for (const Record& record : records) {
    if (!record.data_hash.empty()) ++hashes[record.tokenizer][record.data_hash];
  }
  return hashes;
}

}  // namespace

std::string training_data_note(std::span<const Record> records) {
  const auto hashes = hashes_of_tokenizers(records);
  std::vector<std::string> parts;
  for (const auto& [tokenizer, counts] : hashes) {
    if (counts.size() < 2) continue;
    for (const auto& [hash, count] : counts) {
      parts.push_back(
          fmt::format("{} in {} record{}", hash.substr(0, 8), count, count > 1 ? "s" : ""));
    }
  }
  if (!parts.empty()) {
    return fmt::format("Warning: not all runs were trained on the same data (data_hash {}).",
                       fmt::join(parts, ", "));
  }
  if (hashes.size() < 2) return "";
  return "Records do not show whether runs with different tokenizers were trained on the same "
         "text.";
}

std::string held_out_warning(std::span<const Record> records, Quality quality) {
  // By the length of the validation text, where it is recorded.
  const Record *shortest = nullptr, *longest = nullptr;
  for (const Record& record : records) {
    if (!record.validation->bytes) continue;
    if (!shortest || record.validation->bytes < shortest->validation->bytes) shortest = &record;
    if (!longest || record.validation->bytes > longest->validation->bytes) longest = &record;
  }
  if (shortest == nullptr) return "";
  const std::int64_t min = *shortest->validation->bytes, max = *longest->validation->bytes;
  if (static_cast<double>(max - min) < kMaxRelativeDifference * static_cast<double>(max)) {
    return "";
  }
  return fmt::format("Warning: {} were measured on different text: {} bytes in {}, {} in {}.",
                     quality == Quality::kPerplexity ? "perplexities" : "bits per byte",
                     grouped(min), shortest->name, grouped(max), longest->name);
}

std::string task_limit_note(std::span<const Record> records) {
  std::map<std::int64_t, std::vector<std::string>> names_by_limit;
  for (const Record& record : records) {
    if (!record.tasks.empty()) names_by_limit[record.task_limit].push_back(record.name);
  }
  if (names_by_limit.empty() || names_by_limit.rbegin()->first == 0) return "";
  if (names_by_limit.size() == 1) {
    return fmt::format("Tasks: the first {} documents of each.", names_by_limit.begin()->first);
  }
  std::vector<std::string> parts;
  for (const auto& [limit, names] : names_by_limit) {
    parts.push_back(fmt::format("{} in {}", limit == 0 ? "all" : fmt::format("the first {}", limit),
                                fmt::join(names, ", ")));
  }
  return fmt::format("Warning: not all runs were scored on the same documents of a task: {}.",
                     fmt::join(parts, "; "));
}

}  // namespace lamina
