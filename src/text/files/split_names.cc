#include "lamina/text/split_names.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <regex>

#include "lamina/text/data_file.h"
#include "text_case.h"

namespace lamina {
namespace {

struct SplitWord {
  std::string_view word;
  std::size_t split;  ///< 0 train, 1 validation, 2 test
};

const std::vector<SplitWord>& all_words() {
  static const std::vector<SplitWord> words = [] {
    std::vector<SplitWord> all;
    for (const std::string_view word : kTrainWords) all.push_back({word, 0});
    for (const std::string_view word : kValidationWords) all.push_back({word, 1});
    for (const std::string_view word : kTestWords) all.push_back({word, 2});
    return all;
  }();
  return words;
}

bool is_letter_or_digit(std::string_view text, std::size_t at) {
  return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at])) != 0;
}

/// The offset of the whole word in the text, at or after `from`; npos if there is none.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from = 0) {
  for (std::size_t at = text.find(word, from); at != text.npos; at = text.find(word, at + 1)) {
    const bool starts = at == 0 || !is_letter_or_digit(text, at - 1);
    if (starts && !is_letter_or_digit(text, at + word.size())) return at;
  }
  return text.npos;
}

/// The text after a split's word, without what distinguishes the shards of one split: numbers, and
/// the hash that older versions of `datasets` append to them.
std::string without_shard(const std::string& text) {
  static const std::regex shard("[0-9]+-of-[0-9]+.*$|part|shard|chunk|[0-9]");
  std::string rest = std::regex_replace(text, shard, "");
  rest.erase(rest.find_last_not_of("-_. ") + 1);
  return rest;
}

/// An occurrence of a split word in a name. Occurrences with equal `set` belong to one data set.
struct Occurrence {
  std::string set;  ///< the name without word, shard and ending
  std::size_t split = 0;
  DatasetSplit named;
};

void add_occurrences(std::string_view folder, std::string_view component, bool is_file,
                     std::vector<Occurrence>& found) {
  const std::string text =
      lower_case(is_file ? data_file_name(component).stem : std::string(component));
  for (const auto& [word, split] : all_words()) {
    for (std::size_t at = find_word(text, word); at != text.npos;
         at = find_word(text, word, at + 1)) {
      const std::string rest = without_shard(text.substr(at + word.size()));
      Occurrence each{std::string(folder) + text.substr(0, at) + "\n" + rest + (is_file ? "" : "/"),
                      split,
                      {word, {}, "", ""}};
      each.named.folder = is_file ? folder.substr(0, folder.find_last_not_of('/') + 1)
                                  : std::string(folder) + std::string(component);
      if (is_file) each.named.name_prefix = component.substr(0, at + word.size());
      found.push_back(std::move(each));
    }
  }
}

std::vector<Occurrence> occurrences_in(std::string_view name) {
  std::vector<Occurrence> found;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    add_occurrences(name.substr(0, begin), name.substr(begin, end - begin), end == name.size(),
                    found);
    begin = end + 1;
  }
  return found;
}

}  // namespace

bool has_word(std::string_view text, std::string_view word) {
  return find_word(lower_case(std::string(text)), word) != text.npos;
}

std::vector<DatasetSplit> splits_among(std::span<const std::string> names) {
  std::map<std::string, std::map<std::size_t, DatasetSplit>> sets;
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (Occurrence& each : occurrences_in(names[i])) {
      DatasetSplit& split =
          sets[each.set].try_emplace(each.split, std::move(each.named)).first->second;
      split.files.push_back(i);
    }
  }
  std::vector<DatasetSplit> splits;
  for (auto& [set, found] : sets) {
    if (found.size() < 2) continue;
    for (auto& [split, named] : found) splits.push_back(std::move(named));
    break;
  }
  return splits;
}

}  // namespace lamina
