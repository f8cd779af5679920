#include "lamina/config/difference.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "number.h"

namespace lamina {
namespace {

using Difference = std::optional<SettingDifference>;

/// The value in the one spelling that a number or a text has here.
Node in_one_spelling(const Node& node) {
  Node value = node;
  const auto integer = parse_integer(node.scalar).value;
  const auto number = parse_number(node.scalar).value;
  const bool is_true_or_false = node.scalar == "true" || node.scalar == "false";
  if (node.quoted) {
    value.quoted = number.has_value() || is_true_or_false;
  } else if (integer) {
    value.scalar = std::to_string(*integer);
  } else if (number) {
    value.scalar = number_text(*number);
  }
  return value;
}

bool is_list_of_scalars(const Node& node) {
  const auto is_scalar = [](const Node& item) { return item.kind == Node::Kind::kScalar; };
  return node.kind == Node::Kind::kSequence && std::ranges::all_of(node.items, is_scalar);
}

std::string value_text(const Node* node) {
  if (node == nullptr || node->kind == Node::Kind::kNull) return "unset";
  if (node->kind == Node::Kind::kMap) return "a map";
  Node value = in_one_spelling(*node);
  if (node->kind == Node::Kind::kSequence) {
    if (!is_list_of_scalars(*node)) return fmt::format("a list of {}", node->items.size());
    std::ranges::transform(node->items, value.items.begin(), in_one_spelling);
  }
  std::string text = to_yaml(value);
  text.pop_back();  // the line end
  return text;
}

/// Compares two values under one key; a pointer is null where the value is absent.
class Comparison {
 public:
  explicit Comparison(std::string key) : key_(std::move(key)) {}

  Difference of(const Node* before, const Node* now) const {
    if (kind_of(before) == Node::Kind::kMap || kind_of(now) == Node::Kind::kMap) {
      const bool are_maps = are_maps_or_absent(before) && are_maps_or_absent(now);
      return are_maps ? of_maps(before, now) : difference(before, now);
    }
    if (kind_of(before) == Node::Kind::kSequence && kind_of(now) == Node::Kind::kSequence &&
        before->items.size() == now->items.size() && !is_list_of_scalars(*before)) {
      return of_items(*before, *now);
    }
    return value_text(before) == value_text(now) ? std::nullopt : difference(before, now);
  }

 private:
  static Node::Kind kind_of(const Node* node) { return node ? node->kind : Node::Kind::kNull; }

  static bool are_maps_or_absent(const Node* node) {
    return kind_of(node) == Node::Kind::kMap || kind_of(node) == Node::Kind::kNull;
  }

  Difference difference(const Node* before, const Node* now) const {
    return SettingDifference{key_, value_text(before), value_text(now)};
  }

  Comparison below(const std::string& key) const {
    return Comparison(key_.empty() ? key : fmt::format("{}.{}", key_, key));
  }

  /// One of the two may be absent.
  Difference of_maps(const Node* before, const Node* now) const {
    static const Node absent;
    const Node &was = before ? *before : absent, &is = now ? *now : absent;
    for (const Entry& entry : was.entries) {
      if (auto found = below(entry.key).of(&entry.value, is.find(entry.key))) return found;
    }
    for (const Entry& entry : is.entries) {
      if (was.find(entry.key) != nullptr) continue;
      if (auto found = below(entry.key).of(nullptr, &entry.value)) return found;
    }
    return std::nullopt;
  }

  Difference of_items(const Node& before, const Node& now) const {
    for (std::size_t i = 0; i < before.items.size(); ++i) {
      const Comparison item(fmt::format("{}[{}]", key_, i));
      if (auto found = item.of(&before.items[i], &now.items[i])) return found;
    }
    return std::nullopt;
  }

  std::string key_;
};

}  // namespace

std::string SettingDifference::text() const {
  return fmt::format("{} was {}, now is {}", key, before, now);
}

std::optional<SettingDifference> first_difference(const Node& before, const Node& now) {
  return Comparison("").of(&before, &now);
}

}  // namespace lamina
