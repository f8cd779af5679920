#include "message.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <vector>

#include "lamina/core/error.h"
#include "yaml_text.h"

namespace lamina {
namespace {

constexpr std::size_t kMaxShownBytes = 80;

std::string lower_case(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

/// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> cost((a.size() + 1) * width);
  const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& { return cost[i * width + j]; };
  for (std::size_t i = 0; i <= a.size(); ++i) at(i, 0) = i;
  for (std::size_t j = 0; j <= b.size(); ++j) at(0, j) = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = at(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1);
      at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, substituted});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
    }
  }
  return at(a.size(), b.size());
}

}  // namespace

void fail(const Place& place, std::string_view message) {
  throw UsageError(ErrorPlace{place.text()}, std::string(message));
}

std::string one_line(std::string_view text) {
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    if (line.size() >= kMaxShownBytes) return line + "...";
    const std::size_t length = printable_length(text.substr(at));
    if (length == 0) {
      line += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[at++]));
    } else {
      line += text.substr(at, length);
      at += length;
    }
  }
  return line;
}

std::string got_text(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return "nothing";
    case Node::Kind::kSequence:
      return "a list";
    case Node::Kind::kMap:
      return "a map";
    case Node::Kind::kScalar:
      break;
  }
  return fmt::format("{}\"{}\"", node.quoted ? "the text " : "", one_line(node.scalar));
}

std::string got_text_for_text(const Node& node) {
  Node plain = node;
  plain.quoted = false;
  return got_text(plain);
}

std::string_view nearest_name(std::string_view name, std::span<const std::string_view> names) {
  const std::string wanted = lower_case(name);
  std::string_view nearest;
  std::size_t best = wanted.size() / 5 + 2;  // one slip in a short name, more in a long one
  for (const std::string_view candidate : names) {
    const std::size_t longer = std::max(candidate.size(), wanted.size());
    if (longer - std::min(candidate.size(), wanted.size()) >= best) continue;
    const std::size_t distance = edit_distance(wanted, lower_case(candidate));
    if (distance < best && distance < longer) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace lamina
