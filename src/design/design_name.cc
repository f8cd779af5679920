#include "lamina/design/design_name.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "lamina/core/error.h"

namespace lamina {
namespace {

/// The layout whose suffix is a name by itself: one KV head, the head width unsaid.
constexpr KvLayout kNamedAlone = KvLayout::kMlkv;

constexpr const char* kOtherFamily = "other";

/// A text of the table of layouts with a place for the layout's parameter, if it takes one.
class LayoutText {
 public:
  explicit LayoutText(std::string_view text)
      : before_(text.substr(0, text.find('<'))), takes_value_(before_.size() < text.size()) {
    if (takes_value_) after_ = text.substr(text.find('>') + 1);
  }

  std::string with(const std::string& value) const {
    return fmt::format("{}{}{}", before_, takes_value_ ? value : "", after_);
  }

  /// What `name` has in that place, "" if it has none; nothing if it is another text.
  std::optional<std::string_view> value_in(std::string_view name) const {
    const std::size_t around = before_.size() + after_.size();
    const bool fits = takes_value_ ? name.size() > around : name.size() == around;
    if (!fits || !name.starts_with(before_) || !name.ends_with(after_)) return std::nullopt;
    return name.substr(before_.size(), name.size() - around);
  }

 private:
  std::string_view before_, after_;
  bool takes_value_;
};

/// At most six digits, so that every number fits; a leading zero is not a number here.
std::optional<std::int64_t> number_in(std::string_view digits) {
  std::int64_t number = 0;
  const auto end = std::from_chars(digits.begin(), digits.end(), number).ptr;
  const bool is_number =
      end == digits.end() && digits.size() <= 6 && std::to_string(number) == digits && number >= 0;
  return is_number ? std::optional(number) : std::nullopt;
}

std::optional<std::int64_t> positive_number_in(std::string_view digits) {
  const auto number = number_in(digits);
  return number && *number > 0 ? number : std::nullopt;
}

/// A parameter as it is in a name: a number, or those of a map with dots between them.
std::string value_text(const KvLayoutRow& row, const KvSharing& sharing) {
  if (row.parameter.number) return std::to_string(sharing.*row.parameter.number);
  return fmt::format("{}", fmt::join(sharing.kv_source_layers, "."));
}

bool read_map(std::string_view text, KvSourceLayers& sources) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    const auto source = number_in(text.substr(begin, end - begin));
    if (!source) return false;
    sources.push_back(*source);
    begin = end + 1;
  }
  return true;
}

std::optional<KvSharing> read_suffix(std::string_view name, const KvLayoutRow& row) {
  const auto value = LayoutText(row.suffix).value_in(name);
  if (!value) return std::nullopt;
  KvSharing sharing;
  sharing.layout = row.layout;
  if (value->empty()) return sharing;
  if (!row.parameter.number) {
    return read_map(*value, sharing.kv_source_layers) ? std::optional(sharing) : std::nullopt;
  }
  const auto number = positive_number_in(*value);
  if (!number) return std::nullopt;
  sharing.*row.parameter.number = *number;
  return sharing;
}

std::optional<KvSharing> read_suffix(std::string_view name) {
  if (name.empty()) return KvSharing{};
  for (const KvLayoutRow& row : kv_layout_table()) {
    if (auto sharing = read_suffix(name, row)) return sharing;
  }
  return std::nullopt;
}

const KvLayoutRow& row_of(const KvSharing& sharing) {
  return kv_layout_row(sharing.layout.value_or(KvLayout::kNone));
}

std::string allowed_names() {
  std::vector<std::string_view> suffixes;
  for (const KvLayoutRow& row : kv_layout_table()) {
    if (*row.suffix != '\0') suffixes.push_back(row.suffix);
  }
  const std::string_view alone = kv_layout_row(kNamedAlone).suffix;
  return fmt::format(
      "H<head_dim>-<MHA|GQA<n>|MQA>, alone or with one of {}; or {}; e.g. H128-MQA-CLA2",
      fmt::join(suffixes, ", "), alone.substr(1));
}

/// "MHA", "MQA" or "GQA4".
bool read_attention(std::string_view kind, DesignName& design) {
  if (kind == "MHA") return true;
  design.num_key_value_heads = kind == "MQA"             ? std::optional<std::int64_t>(1)
                               : kind.starts_with("GQA") ? positive_number_in(kind.substr(3))
                                                         : std::nullopt;
  return design.num_key_value_heads.has_value();
}

std::optional<DesignName> find_design_name(std::string_view name) {
  DesignName design;
  if (auto sharing = read_suffix(fmt::format("-{}", name), kv_layout_row(kNamedAlone))) {
    design.num_key_value_heads = 1;
    design.kv_sharing = *std::move(sharing);
    return design;
  }
  const std::size_t width_end = name.find('-');
  if (!name.starts_with('H') || width_end == std::string_view::npos) return std::nullopt;
  const std::size_t kind_end = std::min(name.find('-', width_end + 1), name.size());
  design.head_dim = positive_number_in(name.substr(1, width_end - 1));
  auto sharing = read_suffix(name.substr(kind_end));
  const std::string_view kind = name.substr(width_end + 1, kind_end - width_end - 1);
  if (!design.head_dim || !read_attention(kind, design) || !sharing) return std::nullopt;
  design.kv_sharing = *std::move(sharing);
  return design;
}

/// `num_key_value_heads` none: as many as query heads.
const char* attention_kind(std::optional<std::int64_t> num_key_value_heads) {
  if (!num_key_value_heads) return "MHA";
  return *num_key_value_heads == 1 ? "MQA" : "GQA";
}

}  // namespace

DesignName parse_design_name(const std::string& name) {
  auto design = find_design_name(name);
  if (!design) {
    throw SettingError("design", fmt::format("got \"{}\"; allowed is {}", name, allowed_names()));
  }
  return *std::move(design);
}

std::string print_design_name(std::int64_t head_dim, std::int64_t num_attention_heads,
                              std::int64_t num_key_value_heads, const KvSharing& sharing) {
  const bool is_mha = num_key_value_heads == num_attention_heads;
  const std::string_view kind =
      attention_kind(is_mha ? std::nullopt : std::optional(num_key_value_heads));
  const KvLayoutRow& row = row_of(sharing);
  return fmt::format("H{}-{}{}{}", head_dim, kind,
                     kind == "GQA" ? std::to_string(num_key_value_heads) : "",
                     LayoutText(row.suffix).with(value_text(row, sharing)));
}

std::string design_family(const std::string& name) {
  const auto design = find_design_name(name);
  if (!design) return kOtherFamily;
  const KvLayoutRow& row = row_of(design->kv_sharing);
  const std::string layout = LayoutText(row.family).with(value_text(row, design->kv_sharing));
  const bool is_whole = !layout.empty() && layout[0] != '-';
  return is_whole ? layout : attention_kind(design->num_key_value_heads) + layout;
}

}  // namespace lamina
