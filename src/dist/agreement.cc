#include "lamina/dist/agreement.h"

#include <spdlog/fmt/fmt.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "lamina/core/error.h"
#include "rank_list.h"

namespace lamina {
namespace {

/// The value of a key as text; "null" if the object does not have it.
std::string text_of(const Json& object, const std::string& key) {
  const Json value = object.value(key, Json());
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// Groups the ranks by their value, which the message lists.
void check_key(std::span<const Json> by_rank, const std::string& key) {
  std::map<std::string, std::vector<int>> ranks_of_value;
  for (std::size_t rank = 0; rank < by_rank.size(); ++rank) {
    ranks_of_value[text_of(by_rank[rank], key)].push_back(static_cast<int>(rank));
  }
  if (ranks_of_value.size() == 1) return;
  std::string values;
  for (const auto& [value, ranks] : ranks_of_value) {
    values += fmt::format("{}{} on {}", values.empty() ? "" : ", ", value, rank_list(ranks));
  }
  throw Error(fmt::format(
      "{} is {}; all ranks of a run need the same configuration, data and program", key, values));
}

}  // namespace

void check_equal(std::span<const Json> by_rank) {
  std::vector<std::string> keys;  // of all ranks, in order of appearance
  std::set<std::string> known;
  for (const Json& object : by_rank) {
    for (const auto& [key, value] : object.items()) {
      if (known.insert(key).second) keys.push_back(key);
    }
  }
  for (const std::string& key : keys) check_key(by_rank, key);
}

void require_agreement(const ProcessGroup& group, const Json& mine) {
  group.decide(mine.dump(), [](std::span<const std::string> by_rank) {
    std::vector<Json> objects;
    for (const std::string& text : by_rank) objects.push_back(Json::parse(text));
    check_equal(objects);
    return "";
  });
}

}  // namespace lamina
