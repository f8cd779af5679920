#include "lamina/design/design_name.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <regex>

#include "lamina/core/error.h"

namespace lamina {
namespace {

constexpr const char* kGrammar =
    "H<head_dim>-<MHA|GQA<n>|MQA>[-CLA<s>[-KeepEnds|-DenseFront|-DenseBack]|-MLKV<m>] or MLKV<m>, "
    "e.g. H128-MQA-CLA2";

std::int64_t number(const std::ssub_match& digits) { return std::stoll(digits.str()); }

/// Digits are limited to six, so that every number fits; a leading zero is not a number here.
const std::regex& grammar() {
  static const std::regex pattern(
      "H([1-9][0-9]{0,5})-(MHA|MQA|GQA([1-9][0-9]{0,5}))"
      "(?:-CLA([1-9][0-9]{0,5})(-KeepEnds|-DenseFront|-DenseBack)?|-MLKV([1-9][0-9]{0,5}))?");
  return pattern;
}

KvSharing cla_sharing(std::int64_t factor, const std::string& variant) {
  KvSharing sharing;
  sharing.layout = variant == "-KeepEnds"     ? KvLayout::kKeepEnds
                   : variant == "-DenseFront" ? KvLayout::kDenseFront
                   : variant == "-DenseBack"  ? KvLayout::kDenseBack
                                              : KvLayout::kCla;
  sharing.factor = factor;
  return sharing;
}

KvSharing mlkv_sharing(std::int64_t kv_layers) {
  KvSharing sharing;
  sharing.layout = KvLayout::kMlkv;
  sharing.kv_layers = kv_layers;
  return sharing;
}

std::string sharing_suffix(const KvSharing& sharing) {
  switch (sharing.layout.value_or(KvLayout::kNone)) {
    case KvLayout::kNone:
      return "";
    case KvLayout::kCla:
      return fmt::format("-CLA{}", sharing.factor);
    case KvLayout::kKeepEnds:
      return fmt::format("-CLA{}-KeepEnds", sharing.factor);
    case KvLayout::kDenseFront:
      return "-CLA2-DenseFront";
    case KvLayout::kDenseBack:
      return "-CLA2-DenseBack";
    case KvLayout::kMlkv:
      return fmt::format("-MLKV{}", sharing.kv_layers);
    case KvLayout::kLastShared:
      return fmt::format("-LastShared{}", sharing.count);
    case KvLayout::kMap:
      return fmt::format("-Map{}", fmt::join(sharing.kv_source_layers, "."));
  }
  return "";
}

void check_dense_factor(const std::string& name, const DesignName& design) {
  const bool dense = design.kv_sharing.layout == KvLayout::kDenseFront ||
                     design.kv_sharing.layout == KvLayout::kDenseBack;
  if (dense && design.kv_sharing.factor != 2) {
    throw SettingError("model.design",
                       fmt::format("got \"{}\"; the Dense designs are CLA2 only", name));
  }
}

}  // namespace

DesignName parse_design_name(const std::string& name) {
  static const std::regex bare_mlkv("MLKV([1-9][0-9]{0,5})");
  DesignName design;
  std::smatch part;
  if (std::regex_match(name, part, bare_mlkv)) {
    design.num_key_value_heads = 1;
    design.kv_sharing = mlkv_sharing(number(part[1]));
    return design;
  }
  if (!std::regex_match(name, part, grammar())) {
    throw SettingError("model.design", fmt::format("got \"{}\"; allowed is {}", name, kGrammar));
  }
  design.head_dim = number(part[1]);
  if (part[2] == "MQA") design.num_key_value_heads = 1;
  if (part[3].matched) design.num_key_value_heads = number(part[3]);
  if (part[4].matched) design.kv_sharing = cla_sharing(number(part[4]), part[5].str());
  if (part[6].matched) design.kv_sharing = mlkv_sharing(number(part[6]));
  check_dense_factor(name, design);
  return design;
}

std::string print_design_name(std::int64_t head_dim, std::int64_t num_attention_heads,
                              std::int64_t num_key_value_heads, const KvSharing& sharing) {
  const std::string attention = num_key_value_heads == num_attention_heads ? "MHA"
                                : num_key_value_heads == 1
                                    ? "MQA"
                                    : fmt::format("GQA{}", num_key_value_heads);
  return fmt::format("H{}-{}{}", head_dim, attention, sharing_suffix(sharing));
}

}  // namespace lamina
