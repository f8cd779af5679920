#include "lamina/text/bpe_trainer.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <queue>
#include <unordered_map>
#include <unordered_set>

#include "bpe/byte_alphabet.h"
#include "bpe/flat_tables.h"
#include "lamina/core/error.h"
#include "lamina/core/json_lines.h"
#include "lamina/core/stop_signal.h"
#include "word_counts.h"

namespace lamina {
namespace {

constexpr const char* kEndOfText = "<|endoftext|>";
constexpr const char* kStopped = "while training a tokenizer; no file was written";
constexpr std::int64_t kNumBaseTokens = 257;  // <|endoftext|> and the bytes; merges follow
constexpr std::int64_t kMaxVocabSize = 1'000'000;

struct Word {
  std::vector<TokenId> tokens;
  std::int64_t count = 0;
};

struct Pair {
  TokenId left = 0, right = 0;
  bool operator==(const Pair&) const = default;
  auto operator<=>(const Pair&) const = default;
};
struct PairHash {
  std::size_t operator()(const Pair& pair) const {
    return mix_bits(static_cast<std::uint64_t>(pair.left) << 32 |
                    static_cast<std::uint32_t>(pair.right));
  }
};

/// How often a pair occurs, and the indices of the words that contain it. A word may be listed
/// after it has lost the pair.
struct PairState {
  std::int64_t count = 0;
  std::vector<std::uint32_t> words;
};

/// A pair with its count at the time it was queued; stale if the count has changed since.
struct Candidate {
  std::int64_t count = 0;
  Pair pair;
  bool operator<(const Candidate& other) const {  // the largest is merged first
    return count != other.count ? count < other.count : pair > other.pair;
  }
};

/// The tokens so far, as bytes. Two merges may give the same bytes; these share one id.
class LearnedTokens {
 public:
  LearnedTokens() {
    std::vector<unsigned char> bytes(256);
    std::iota(bytes.begin(), bytes.end(), static_cast<unsigned char>(0));
    std::sort(bytes.begin(), bytes.end(), [](unsigned char a, unsigned char b) {
      return letter_of_byte(a) < letter_of_byte(b);
    });
    id_of(kEndOfText);
    for (const unsigned char byte : bytes) id_of(std::string(1, static_cast<char>(byte)));
  }

  TokenId id_of(const std::string& bytes) {
    const auto [place, added] = ids_.emplace(bytes, static_cast<TokenId>(tokens_.size()));
    if (added) tokens_.push_back(bytes);
    return place->second;
  }
  const std::string& bytes(TokenId id) const { return tokens_[static_cast<std::size_t>(id)]; }
  std::int64_t size() const { return std::ssize(tokens_); }

 private:
  std::vector<std::string> tokens_;
  std::unordered_map<std::string, TokenId> ids_;
};

class BpeTrainer {
 public:
  BpeTrainer(const std::vector<std::pair<std::string, std::int64_t>>& words,
             const BpeTrainerSettings& settings)
      : settings_(settings) {
    for (const auto& [text, count] : words) {
      throw_if_stopped(kStopped);
      Word word{{}, count};
      for (const char byte : text) word.tokens.push_back(tokens_.id_of(std::string(1, byte)));
      words_.push_back(std::move(word));
    }
    for (std::uint32_t i = 0; i < words_.size(); ++i) {
      throw_if_stopped(kStopped);
      const auto& tokens = words_[i].tokens;
      for (std::size_t j = 1; j < tokens.size(); ++j) {
        change({tokens[j - 1], tokens[j]}, words_[i].count, i);
      }
    }
    queue_changed();
  }

  void train() {
    while (tokens_.size() < settings_.vocab_size && !candidates_.empty()) {
      throw_if_stopped(kStopped);
      const Candidate best = candidates_.top();
      candidates_.pop();
      const auto state = pairs_.find(best.pair);
      if (state == pairs_.end()) continue;
      if (state->second.count != best.count) {
        queue(best.pair);
      } else {
        merge(best.pair);
      }
    }
  }

  const LearnedTokens& tokens() const { return tokens_; }
  const std::vector<Pair>& merges() const { return merges_; }

 private:
  void change(Pair pair, std::int64_t by, std::uint32_t word) {
    PairState& state = pairs_[pair];
    state.count += by;
    if (by < 0) return;
    if (state.words.empty() || state.words.back() != word) state.words.push_back(word);
    changed_.insert(pair);
  }

  void queue(Pair pair) {
    const std::int64_t count = pairs_[pair].count;
    if (count >= std::max<std::int64_t>(1, settings_.min_count)) candidates_.push({count, pair});
  }
  void queue_changed() {
    for (const Pair pair : changed_) queue(pair);
    changed_.clear();
  }

  void merge(Pair pair) {
    const TokenId merged = tokens_.id_of(tokens_.bytes(pair.left) + tokens_.bytes(pair.right));
    auto words = std::move(pairs_[pair].words);
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    for (const std::uint32_t word : words) merge_in(word, pair, merged);
    pairs_.erase(pair);
    changed_.erase(pair);
    // If two merges give the same token, a pair that was merged before can occur again.
    if (known_.insert(pair).second) merges_.push_back(pair);
    queue_changed();
  }

  void merge_in(std::uint32_t index, Pair pair, TokenId merged) {
    auto& tokens = words_[index].tokens;
    const std::int64_t count = words_[index].count;
    std::size_t size = 0;  // number of tokens before i, after merging
    for (std::size_t i = 0; i < tokens.size(); ++i, ++size) {
      if (i + 1 == tokens.size() || tokens[i] != pair.left || tokens[i + 1] != pair.right) {
        tokens[size] = tokens[i];
        continue;
      }
      if (size > 0) {
        change({tokens[size - 1], pair.left}, -count, index);
        change({tokens[size - 1], merged}, count, index);
      }
      if (i + 2 < tokens.size()) {
        change({pair.right, tokens[i + 2]}, -count, index);
        change({merged, tokens[i + 2]}, count, index);
      }
      tokens[size] = merged;
      ++i;
    }
    tokens.resize(size);
  }

  BpeTrainerSettings settings_;
  LearnedTokens tokens_;
  std::vector<Word> words_;
  std::unordered_map<Pair, PairState, PairHash> pairs_;
  std::unordered_set<Pair, PairHash> changed_, known_;
  std::priority_queue<Candidate> candidates_;
  std::vector<Pair> merges_;
};

std::string json_text(std::string_view text) { return Json(text).dump(); }

std::string vocabulary_json(const LearnedTokens& tokens) {
  std::string json = json_text(kEndOfText) + ": 0";
  for (TokenId id = 1; id < tokens.size(); ++id) {
    json += fmt::format(",\n      {}: {}", json_text(letters_of_bytes(tokens.bytes(id))), id);
  }
  return json;
}

std::string merges_json(const BpeTrainer& trainer) {
  std::string json;
  for (const Pair& pair : trainer.merges()) {
    json += json.empty() ? "" : ",\n      ";
    json += json_text(letters_of_bytes(trainer.tokens().bytes(pair.left)) + ' ' +
                      letters_of_bytes(trainer.tokens().bytes(pair.right)));
  }
  return json;
}

std::string tokenizer_json(const BpeTrainer& trainer) {
  constexpr const char* kFormat = R"({{
  "version": "1.0",
  "truncation": null,
  "padding": null,
  "added_tokens": [
    {{"id": 0, "content": {}, "single_word": false, "lstrip": false, "rstrip": false,
     "normalized": false, "special": true}}
  ],
  "normalizer": null,
  "pre_tokenizer": {{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}},
  "post_processor": null,
  "decoder": {{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}},
  "model": {{
    "type": "BPE",
    "dropout": null,
    "unk_token": null,
    "continuing_subword_prefix": null,
    "end_of_word_suffix": null,
    "fuse_unk": false,
    "byte_fallback": false,
    "ignore_merges": false,
    "vocab": {{
      {}
    }},
    "merges": [
      {}
    ]
  }}
}}
)";
  return fmt::format(kFormat, json_text(kEndOfText), vocabulary_json(trainer.tokens()),
                     merges_json(trainer));
}

}  // namespace

std::optional<std::int64_t> bpe_to_train(const std::string& name) {
  if (!name.starts_with("bpe-")) return {};
  std::int64_t vocab_size = 0;
  const char* const end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(name.data() + 4, end, vocab_size);
  if (error != std::errc() || stop != end || vocab_size < kNumBaseTokens ||
      vocab_size > kMaxVocabSize) {
    throw UsageError(fmt::format("tokenizer: got \"{}\"; expected bpe-N with N from {} to {}", name,
                                 kNumBaseTokens, kMaxVocabSize));
  }
  return vocab_size;
}

void check_bpe_settings(const BpeTrainerSettings& settings) {
  if (settings.vocab_size >= kNumBaseTokens) return;
  throw UsageError(fmt::format("vocab_size: got {}; expected at least {}: the 256 bytes and {}",
                               settings.vocab_size, kNumBaseTokens, kEndOfText));
}

std::string train_bpe(const DocumentSource& documents, const BpeTrainerSettings& settings) {
  check_bpe_settings(settings);
  BpeTrainer trainer(count_gpt2_words(documents, settings.num_threads), settings);
  trainer.train();
  return tokenizer_json(trainer);
}

}  // namespace lamina
