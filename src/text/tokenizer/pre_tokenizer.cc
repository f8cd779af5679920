#include "pre_tokenizer.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>

#include "splitting.h"

namespace lamina {
namespace {

constexpr std::string_view kGpt2Pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

/// Patterns for which PreTokenizer::may_cut is true: an alternative matches a space or line feed
/// after other characters only if these are punctuation, none looks ahead for one, and none matches
/// a line feed and a letter together.
constexpr std::array<std::string_view, 4> kCuttablePatterns{
    kGpt2Pattern,
    // cl100k and Llama 3
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    // Qwen 2
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    // o200k
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)"};

SplitBehavior read_behavior(const TokenizerFields& fields, const std::string& otherwise) {
  static constexpr std::array<std::pair<std::string_view, SplitBehavior>, 5> kBehaviors{
      {{"Isolated", SplitBehavior::kIsolated},
       {"Removed", SplitBehavior::kRemoved},
       {"MergedWithPrevious", SplitBehavior::kMergedWithPrevious},
       {"MergedWithNext", SplitBehavior::kMergedWithNext},
       {"Contiguous", SplitBehavior::kContiguous}}};
  const std::string name = fields.text("behavior", otherwise);
  for (const auto& [known, behavior] : kBehaviors) {
    if (name == known) return behavior;
  }
  fields.fail(fmt::format("behavior {} is not supported", name));
}

SplittingStep digits(bool individual) {
  return {UnicodePattern(R"(\p{N})"),
          individual ? SplitBehavior::kIsolated : SplitBehavior::kContiguous, false,
          AtSpaces::kSame};
}

SplittingStep punctuation(SplitBehavior behavior) {
  const bool same = behavior == SplitBehavior::kIsolated || behavior == SplitBehavior::kContiguous;
  return {UnicodePattern(R"([\p{P}!-/:-@\[-`{-~])"), behavior, false,
          same ? AtSpaces::kSame : AtSpaces::kUnknown};
}

SplittingStep byte_level_split() {
  return {UnicodePattern(kGpt2Pattern), SplitBehavior::kIsolated, false, AtSpaces::kSplits};
}

}  // namespace

PreTokenizer::PreTokenizer(const FileJson& json, const std::string& where) {
  if (!json.is_null()) read(json, where);
}

PreTokenizer PreTokenizer::gpt2() {
  PreTokenizer result;
  result.byte_level_ = true;
  result.steps_.push_back(byte_level_split());
  return result;
}

void PreTokenizer::read(const FileJson& json, const std::string& where) {
  const TokenizerFields fields(json, where);
  const std::string type = fields.type();
  if (byte_level_ && type != "Sequence")
    fields.fail("type " + type + " after ByteLevel is not supported");
  if (type == "Sequence") {
    for (const FileJson& part : fields.raw("pretokenizers"))
      read(part, fields.path("pretokenizers"));
  } else if (type == "ByteLevel") {
    read_byte_level(fields);
  } else if (type == "Metaspace") {
    read_metaspace(fields);
  } else if (type == "Split") {
    read_split(fields);
  } else if (type == "Digits") {
    steps_.push_back(digits(fields.flag("individual_digits", false)));
  } else if (type == "Punctuation") {
    steps_.push_back(punctuation(read_behavior(fields, "Isolated")));
  } else {
    fields.fail(
        fmt::format("type {} is not supported; expected ByteLevel, Metaspace, Split, "
                    "Digits, Punctuation or Sequence",
                    type));
  }
}

void PreTokenizer::read_byte_level(const TokenizerFields& fields) {
  byte_level_ = true;
  if (fields.flag("add_prefix_space", true)) {
    if (!steps_.empty()) fields.fail("add_prefix_space after another step is not supported");
    rewriting_.push_back(Prefix{" ", true});
  }
  if (fields.flag("use_regex", true)) steps_.push_back(byte_level_split());
}

void PreTokenizer::read_metaspace(const TokenizerFields& fields) {
  if (!steps_.empty()) fields.fail("Metaspace after another step is not supported");
  const std::string space = fields.text("replacement");
  const bool old_prefix = fields.flag("add_prefix_space", true);
  const std::string scheme = fields.text("prepend_scheme", old_prefix ? "always" : "never");
  rewriting_.push_back(Replacement{" ", space});
  if (scheme == "always" || scheme == "first") {
    rewriting_.push_back(Prefix{space, true, scheme == "first"});
  } else if (scheme != "never") {
    fields.fail(fmt::format("prepend_scheme {} is not supported", scheme));
  }
  if (space.empty()) fields.fail("\"replacement\" must not be empty");
  if (fields.flag("split", true)) {
    steps_.push_back({space, SplitBehavior::kMergedWithNext});
    mark_ = space;
  }
}

void PreTokenizer::read_split(const TokenizerFields& fields) {
  SplittingStep step{read_pattern(fields), read_behavior(fields, ""), fields.flag("invert", false)};
  const TokenizerFields pattern = fields.object("pattern");
  const bool isolates = step.behavior == SplitBehavior::kIsolated ||
                        (step.behavior == SplitBehavior::kRemoved && step.invert);
  const auto* text = std::get_if<std::string>(&step.pattern);
  if (text && text->empty()) fields.fail("\"pattern\" must not be empty");
  const bool cuttable = !text && isolates &&
                        std::find(kCuttablePatterns.begin(), kCuttablePatterns.end(),
                                  pattern.text("Regex")) != kCuttablePatterns.end();
  if (cuttable) step.at_spaces = AtSpaces::kSplits;
  steps_.push_back(std::move(step));
}

bool PreTokenizer::splits_at(const std::string& mark) const {
  return steps_.size() == 1 && mark_ == mark;
}

void PreTokenizer::split_at(const std::string& mark) {
  mark_ = mark;
  steps_.push_back({UnicodePattern(fmt::format("{0}+[^{0}]*", mark)), SplitBehavior::kIsolated});
}

void PreTokenizer::split(std::string_view text, std::vector<TextSpan>& words) const {
  words.clear();
  if (steps_.empty()) {
    if (!text.empty()) words.push_back({0, text.size()});
    return;
  }
  split_piece(steps_[0], text, {0, text.size()}, words);
  for (std::size_t i = 1; i < steps_.size(); ++i) {
    std::vector<TextSpan> parts;
    parts.reserve(words.size());
    for (const TextSpan word : words) split_piece(steps_[i], text, word, parts);
    words.swap(parts);
  }
}

bool PreTokenizer::may_cut() const {
  const auto is = [](AtSpaces kind) {
    return [=](const SplittingStep& step) { return step.at_spaces == kind; };
  };
  return byte_level_ && std::any_of(steps_.begin(), steps_.end(), is(AtSpaces::kSplits)) &&
         std::none_of(steps_.begin(), steps_.end(), is(AtSpaces::kUnknown));
}

}  // namespace lamina
