#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <map>

#include "lamina/core/log.h"
#include "lamina/core/units.h"
#include "lamina/text/corpus.h"
#include "lamina/text/data_file.h"
#include "left_out_text.h"

namespace lamina {
namespace {

const char* reason_text(LeftOutReason reason) {
  switch (reason) {
    case LeftOutReason::kUnknown:
      return "of an unknown kind";
    case LeftOutReason::kPatternMismatch:
      return "not matching the pattern";
    case LeftOutReason::kHidden:
      return "hidden";
    case LeftOutReason::kAuxiliary:
      return "metadata or caches";
    case LeftOutReason::kEmpty:
      return "empty";
  }
  return "";
}

/// A file with an unknown ending is text; a state.json represents its Arrow files.
const char* kind_read(const CorpusFile& file) {
  switch (file_kind(file.path)) {
    case FileKind::kJsonLines:
      return is_metadata(file.path) ? "Arrow through an indices mapping" : "JSON lines";
    case FileKind::kCsv:
      return "CSV";
    case FileKind::kTsv:
      return "TSV";
    case FileKind::kParquet:
      return "Parquet";
    case FileKind::kArrow:
      return "Arrow";
    case FileKind::kText:
    case FileKind::kUnknown:
      return "text";
  }
  return "";
}

std::string kinds_text(const std::map<std::string, std::int64_t>& counts) {
  if (counts.size() == 1) return counts.begin()->first;
  std::vector<std::string> kinds;
  for (const auto& [kind, count] : counts)
    kinds.push_back(fmt::format("{} {}", grouped(count), kind));
  return fmt::format("{}", fmt::join(kinds, ", "));
}

}  // namespace

std::string names_text(std::span<const std::string> first, std::size_t count) {
  const std::string names = fmt::format("{}", fmt::join(first, ", "));
  if (count <= first.size()) return names;
  return fmt::format("{} and {} more", names,
                     grouped(static_cast<std::int64_t>(count - first.size())));
}

std::string left_out_text(const LeftOut& left_out) {
  std::vector<std::string> parts;
  for (const auto& [reason, files] : left_out) {
    parts.push_back(fmt::format("{} {} ({})", grouped(files.count), reason_text(reason),
                                names_text(files.first, static_cast<std::size_t>(files.count))));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

void log_chosen(std::string_view label, const ChosenFiles& chosen) {
  if (chosen.files.empty()) return;
  std::map<std::string, std::int64_t> counts;
  std::vector<std::string> first;
  double bytes = 0;
  for (const CorpusFile& file : chosen.files) {
    ++counts[kind_read(file)];
    bytes += static_cast<double>(file.bytes);
    if (first.size() < kMaxNamesShown) first.push_back(file.name);
  }
  const std::size_t count = chosen.files.size();
  log_info("{}: reads {} file{} ({}), {}: {}", label, grouped(static_cast<std::int64_t>(count)),
           count == 1 ? "" : "s", kinds_text(counts), readable_bytes(bytes),
           names_text(first, count));
  if (!chosen.left_out.empty()) log_info("{}: left out {}", label, left_out_text(chosen.left_out));
  for (const std::string& warning : chosen.warnings) log_warning("{}: {}", label, warning);
}

}  // namespace lamina
