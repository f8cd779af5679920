#include "apps/scoring.h"

#include <algorithm>

#include "lamina/data/token_file.h"
#include "lamina/eval/byte_bigram.h"
#include "lamina/eval/cloze.h"

namespace lamina {
namespace {

/// The first `most` tokens of the files, one behind the other.
std::vector<std::int64_t> first_tokens(const std::vector<std::filesystem::path>& prefixes,
                                       std::int64_t vocab_size, std::int64_t most) {
  std::vector<std::int64_t> tokens;
  for (const auto& prefix : prefixes) {
    const TokenFile file(prefix, vocab_size);
    const std::size_t begin = tokens.size();
    const auto count =
        static_cast<std::size_t>(std::min(file.num_tokens(), most - std::ssize(tokens)));
    tokens.resize(begin + count);
    file.copy(0, std::span(tokens).subspan(begin));
  }
  return tokens;
}

void count_documents(ByteBigram& bigram, const TokenFile& file, const Tokenizer& tokenizer) {
  std::vector<std::int64_t> tokens;
  for (std::int64_t i = 0; i < file.num_documents(); ++i) {
    const TokenRange range = file.document(i);
    tokens.resize(static_cast<std::size_t>(range.end - range.begin));
    file.copy(range.begin, tokens);
    const std::vector<TokenId> ids(tokens.begin(), tokens.end());
    bigram.count(tokenizer.decode(ids));
  }
}

}  // namespace

Scorer::Scorer(const RunSettings& settings, const PreparedData& data)
    : settings_(settings),
      data_(data),
      tokenizer_(make_tokenizer(settings.data.tokenizer)),
      text_(held_out_text(
          first_tokens(data.validation, data.vocab_size, settings.evaluation.validation_tokens),
          *tokenizer_)) {}

ScoringOptions Scorer::options() const {
  return {settings_.data.sequence_length, settings_.evaluation.batch_sequences};
}

Perplexity Scorer::perplexity(const Decoder& model, const ProcessGroup& group) const {
  return measure_perplexity(model, text_, tokenizer_->end_of_document(), options(), group);
}

Json Scorer::baselines() const {
  Json result = Json::object();
  if (!settings_.evaluation.byte_bigram) return result;
  ByteBigram bigram;
  for (const auto& prefix : data_.train)
    count_documents(bigram, TokenFile(prefix, data_.vocab_size), *tokenizer_);
  result["byte_bigram"] = to_json(bigram.score(text_.documents));
  return result;
}

Json Scorer::all(const Decoder& model, const ProcessGroup& group) const {
  Json result;
  result["validation"] = to_json(perplexity(model, group));
  result["tasks"] = Json::object();
  for (const TaskName task : settings_.evaluation.tasks) {
    const auto questions = make_cloze(text_.documents, settings_.evaluation);
    result["tasks"][enum_name(task)] =
        to_json(score_questions(model, questions, *tokenizer_, options(), group));
  }
  result["baselines"] = group.is_first() ? baselines() : Json::object();
  return result;
}

}  // namespace lamina
