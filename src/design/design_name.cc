#include "lamina/design/design_name.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "lamina/core/error.h"

namespace lamina {
namespace {

/// The layout whose suffix is also a complete name: one KV head, without a head width.
constexpr KvLayout kStandaloneLayout = KvLayout::kMlkv;

constexpr const char* kOtherFamily = "other";

/// A suffix or family of the layout table, with a placeholder such as <s> if the layout has a
/// parameter.
class LayoutTemplate {
 public:
  explicit LayoutTemplate(std::string_view text)
      : before_(text.substr(0, text.find('<'))), has_placeholder_(before_.size() < text.size()) {
    if (has_placeholder_) after_ = text.substr(text.find('>') + 1);
  }

  std::string fill(const std::string& value) const {
    return fmt::format("{}{}{}", before_, has_placeholder_ ? value : "", after_);
  }

  /// The placeholder's value in `name`, "" without a placeholder; nullopt if `name` does not match.
  std::optional<std::string_view> match(std::string_view name) const {
    const std::size_t num_fixed = before_.size() + after_.size();
    const bool fits = has_placeholder_ ? name.size() > num_fixed : name.size() == num_fixed;
    if (!fits || !name.starts_with(before_) || !name.ends_with(after_)) return std::nullopt;
    return name.substr(before_.size(), name.size() - num_fixed);
  }

 private:
  std::string_view before_, after_;
  bool has_placeholder_;
};

/// A decimal number of at most six digits, without leading zeros: one spelling per number.
std::optional<std::int64_t> parse_number(std::string_view digits) {
  std::int64_t number = 0;
  const auto end = std::from_chars(digits.begin(), digits.end(), number).ptr;
  const bool is_number =
      end == digits.end() && digits.size() <= 6 && std::to_string(number) == digits && number >= 0;
  return is_number ? std::optional(number) : std::nullopt;
}

std::optional<std::int64_t> parse_positive_number(std::string_view digits) {
  const auto number = parse_number(digits);
  return number && *number > 0 ? number : std::nullopt;
}

/// The layout's parameter as a name contains it: a number, or the layers of a map joined by dots.
std::string parameter_text(const KvLayoutRow& row, const KvSharing& sharing) {
  if (row.parameter.number) return std::to_string(sharing.*row.parameter.number);
  return fmt::format("{}", fmt::join(sharing.kv_source_layers, "."));
}

bool parse_map(std::string_view text, KvSourceLayers& sources) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    const auto source = parse_number(text.substr(begin, end - begin));
    if (!source) return false;
    sources.push_back(*source);
    begin = end + 1;
  }
  return true;
}

/// The sharing that the suffix `name` implies if it is that of `row`; otherwise nullopt.
std::optional<KvSharing> parse_suffix(std::string_view name, const KvLayoutRow& row) {
  const auto value = LayoutTemplate(row.suffix).match(name);
  if (!value) return std::nullopt;
  KvSharing sharing;
  sharing.layout = row.layout;
  if (value->empty()) return sharing;
  if (!row.parameter.number) {
    return parse_map(*value, sharing.kv_source_layers) ? std::optional(sharing) : std::nullopt;
  }
  const auto number = parse_positive_number(*value);
  if (!number) return std::nullopt;
  sharing.*row.parameter.number = *number;
  return sharing;
}

std::optional<KvSharing> parse_suffix(std::string_view name) {
  if (name.empty()) return KvSharing{};
  for (const KvLayoutRow& row : kv_layout_table()) {
    if (auto sharing = parse_suffix(name, row)) return sharing;
  }
  return std::nullopt;
}

const KvLayoutRow& row_of(const KvSharing& sharing) {
  return kv_layout_row(sharing.layout.value_or(KvLayout::kNone));
}

/// The grammar of design names, for error messages.
std::string grammar() {
  std::vector<std::string_view> suffixes;
  for (const KvLayoutRow& row : kv_layout_table()) {
    if (*row.suffix != '\0') suffixes.push_back(row.suffix);
  }
  const std::string_view standalone = kv_layout_row(kStandaloneLayout).suffix;
  return fmt::format(
      "H<head_dim>-<MHA|GQA<n>|MQA>, optionally followed by one of {}; or {}; for example "
      "H128-MQA-CLA2",
      fmt::join(suffixes, ", "), standalone.substr(1));
}

/// "MHA", "MQA" or "GQA4".
bool parse_attention(std::string_view kind, DesignName& design) {
  if (kind == "MHA") return true;
  design.num_key_value_heads = kind == "MQA"             ? std::optional<std::int64_t>(1)
                               : kind.starts_with("GQA") ? parse_positive_number(kind.substr(3))
                                                         : std::nullopt;
  return design.num_key_value_heads.has_value();
}

/// nullopt if `name` does not match the grammar.
std::optional<DesignName> find_design_name(std::string_view name) {
  DesignName design;
  if (auto sharing = parse_suffix(fmt::format("-{}", name), kv_layout_row(kStandaloneLayout))) {
    design.num_key_value_heads = 1;
    design.kv_sharing = *std::move(sharing);
    return design;
  }
  const std::size_t width_end = name.find('-');
  if (!name.starts_with('H') || width_end == std::string_view::npos) return std::nullopt;
  const std::size_t kind_end = std::min(name.find('-', width_end + 1), name.size());
  design.head_dim = parse_positive_number(name.substr(1, width_end - 1));
  auto sharing = parse_suffix(name.substr(kind_end));
  const std::string_view kind = name.substr(width_end + 1, kind_end - width_end - 1);
  if (!design.head_dim || !parse_attention(kind, design) || !sharing) return std::nullopt;
  design.kv_sharing = *std::move(sharing);
  return design;
}

/// `num_key_value_heads` unset: one per query head.
const char* attention_kind(std::optional<std::int64_t> num_key_value_heads) {
  if (!num_key_value_heads) return "MHA";
  return *num_key_value_heads == 1 ? "MQA" : "GQA";
}

}  // namespace

DesignName parse_design_name(const std::string& name) {
  auto design = find_design_name(name);
  if (!design) {
    throw SettingError("design", fmt::format("got \"{}\"; expected {}", name, grammar()));
  }
  return *std::move(design);
}

std::string format_design_name(std::int64_t head_dim, std::int64_t num_attention_heads,
                               std::int64_t num_key_value_heads, const KvSharing& sharing) {
  const bool is_mha = num_key_value_heads == num_attention_heads;
  const std::string_view kind =
      attention_kind(is_mha ? std::nullopt : std::optional(num_key_value_heads));
  const KvLayoutRow& row = row_of(sharing);
  return fmt::format("H{}-{}{}{}", head_dim, kind,
                     kind == "GQA" ? std::to_string(num_key_value_heads) : "",
                     LayoutTemplate(row.suffix).fill(parameter_text(row, sharing)));
}

std::string design_family(const std::string& name) {
  const auto design = find_design_name(name);
  if (!design) return kOtherFamily;
  const KvLayoutRow& row = row_of(design->kv_sharing);
  const std::string layout =
      LayoutTemplate(row.family).fill(parameter_text(row, design->kv_sharing));
  const bool is_complete = !layout.empty() && layout[0] != '-';
  return is_complete ? layout : attention_kind(design->num_key_value_heads) + layout;
}

}  // namespace lamina
