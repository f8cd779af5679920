#include "hugging_face_tokenizer.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "lamina/core/error.h"
#include "lamina/core/hash.h"
#include "lamina/text/utf8.h"
#include "token_decoder.h"
#include "unicode/code_points.h"
#include "unicode/utf8_parts.h"

namespace lamina {
namespace {

std::vector<RewritingStep> normalizer_of(const TokenizerFile& file, const std::string& name) {
  std::vector<RewritingStep> steps;
  read_normalizer(file.parts.value("normalizer", FileJson()), name + ": normalizer", steps);
  return steps;
}

/// Represents a space in tokens of SentencePiece style.
constexpr std::string_view kSpace = "\u2581";

bool keeps_spaces(const std::vector<RewritingStep>& steps) {
  return std::ranges::all_of(
      steps, [](const RewritingStep& step) { return std::holds_alternative<NormalForm>(step); });
}

bool replaces_space(const RewritingStep& step) {
  const auto* replacement = std::get_if<Replacement>(&step);
  if (replacement == nullptr || replacement->content != kSpace) return false;
  const auto* replaced = std::get_if<std::string>(&replacement->pattern);
  return replaced != nullptr && *replaced == " ";
}

/// Whether the steps replace every space by kSpace and change nothing else near it.
bool only_replaces_spaces(std::vector<RewritingStep> steps,
                          const std::vector<RewritingStep>& further) {
  steps.insert(steps.end(), further.begin(), further.end());
  const auto is_harmless = [](const RewritingStep& step) {
    const auto* prefix = std::get_if<Prefix>(&step);
    return std::holds_alternative<NormalForm>(step) || replaces_space(step) ||
           (prefix != nullptr && prefix->text == kSpace);
  };
  return std::ranges::any_of(steps, replaces_space) && std::ranges::all_of(steps, is_harmless);
}

std::optional<TokenId> added_id(const TokenizerFile& file, const std::string& token,
                                bool special_only) {
  for (const AddedTokenEntry& entry : file.added_tokens) {
    if (entry.token.content == token && (entry.special || !special_only)) return entry.token.id;
  }
  return std::nullopt;
}

/// The result refers to `file`, which must outlive it.
TokenLookup lookup_in(const TokenizerFile& file) {
  const auto any = [&](const std::string& token) -> std::optional<TokenId> {
    if (const auto id = added_id(file, token, false)) return id;
    const auto& vocabulary = file.model.vocabulary;
    const auto found =
        std::ranges::find(vocabulary, token, [](const auto& entry) { return entry.first; });
    return found == vocabulary.end() ? std::nullopt : std::optional(found->second);
  };
  return {any, [&](const std::string& token) { return added_id(file, token, true); }};
}

BpeFile model_of(const TokenizerFile& file, bool byte_level) {
  BpeFile model = file.model;
  model.byte_level = byte_level;
  return model;
}

/// Whether there is a letter at `at`, after a line feed that no white space precedes.
bool begins_line(std::string_view text, std::size_t at) {
  const std::string_view letter = text.substr(at, utf8_bytes(text[at]));
  if (at < 2 || first_invalid_utf8(letter) != letter.size() || !is_letter(code_point_of(letter))) {
    return false;
  }
  const std::string_view end_of_line = character_before(text, at - 1);
  return first_invalid_utf8(end_of_line) == end_of_line.size() &&
         !is_white_space(code_point_of(end_of_line));
}

/// Calls `on_token` with each added token and `on_text` with each non-empty part between them, in
/// order.
template <class OnText, class OnToken>
void for_each_part(const AddedTokenSearch& search, std::string_view text, OnText on_text,
                   OnToken on_token) {
  std::size_t done = 0;
  AddedTokenSearch::Position position;
  AddedTokenSearch::Found found;
  while (!search.empty() && search.next(text, position, found)) {
    if (found.span.begin > done) on_text(TextSpan{done, found.span.begin});
    on_token(found);
    done = found.span.end;
  }
  if (done < text.size()) on_text(TextSpan{done, text.size()});
}

void put(const AddedTokenSearch::Found& found, TokenSink sink) {
  sink.ids.push_back(found.id);
  if (sink.ends) sink.ends->push_back(found.span.end);
}

/// Runs `encode`, then maps the ends that it appended to offsets in an outer or earlier text.
template <class Encode, class Map>
void with_mapped_ends(TokenSink sink, Encode encode, Map map) {
  const std::size_t first = sink.ends ? sink.ends->size() : 0;
  encode();
  for (std::size_t i = first; sink.ends && i < sink.ends->size(); ++i) {
    (*sink.ends)[i] = map((*sink.ends)[i]);
  }
}

std::vector<TextSpan>& words_of_thread() {
  thread_local std::vector<TextSpan> words;
  return words;
}

}  // namespace

HuggingFaceTokenizer::HuggingFaceTokenizer(std::string_view json, const std::string& name,
                                           const NamedTokens& named)
    : HuggingFaceTokenizer(read_tokenizer_file(json, name), name, named) {
  hash_ = hash_text(fmt::format("{} {} {}", hash_text(json), special_.eos, bos_id()));
}

HuggingFaceTokenizer::HuggingFaceTokenizer(TokenizerFile file, const std::string& name,
                                           const NamedTokens& named)
    : name_(name),
      normalizer_(normalizer_of(file, name)),
      pre_tokenizer_(file.parts["pre_tokenizer"], name + ": pre_tokenizer"),
      model_(model_of(file, pre_tokenizer_.byte_level()), name + ": model"),
      raw_tokens_(search_of(file, false)),
      normal_tokens_(search_of(file, true)) {
  // Without a pre-tokenizer the whole text is one word: slow to merge, and never in the word cache.
  // If no merge can cross the start of a run of kSpace, splitting there gives the same ids.
  const bool is_one_word = !pre_tokenizer_.byte_level() && pre_tokenizer_.keeps_whole();
  if (is_one_word && !file.model.ignore_merges && model_.only_begins_tokens(kSpace)) {
    pre_tokenizer_.split_at(std::string(kSpace));
  }
  make_texts(file);
  const std::string front =
      prepended_token_of(file.parts["post_processor"], name + ": post_processor");
  special_ = choose_special_tokens(named, front, front, name, lookup_in(file));
  may_cut_ = pre_tokenizer_.byte_level()
                 ? pre_tokenizer_.may_cut() && keeps_spaces(normalizer_)
                 : pre_tokenizer_.splits_at(std::string(kSpace)) &&
                       only_replaces_spaces(normalizer_, pre_tokenizer_.rewriting());
}

AddedTokenSearch HuggingFaceTokenizer::search_of(const TokenizerFile& file, bool normalized) const {
  std::vector<AddedToken> tokens;
  for (const AddedTokenEntry& entry : file.added_tokens) {
    if (entry.normalized != normalized) continue;
    tokens.push_back(entry.token);
    if (!normalized) continue;
    NormalText content(entry.token.content);
    content.apply(normalizer_, PiecePosition::kDocumentStart);
    tokens.back().content = content.text();
  }
  return AddedTokenSearch(std::move(tokens));
}

void HuggingFaceTokenizer::make_texts(const TokenizerFile& file) {
  const auto& spellings = model_.spellings();
  const TokenDecoder decoder(file.parts.value("decoder", FileJson()), name_ + ": decoder");
  if (!pre_tokenizer_.byte_level()) decoded_prefix_ = decoder.prefix();
  for (const std::string& spelling : spellings) {
    texts_.push_back(pre_tokenizer_.byte_level() ? spelling : decoder.text_of(spelling));
    is_token_.push_back(!spelling.empty());
  }
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const TokenId id = model_.byte_tokens()[byte];
    if (id >= 0) texts_[static_cast<std::size_t>(id)] = std::string(1, static_cast<char>(byte));
  }
  for (const AddedTokenEntry& entry : file.added_tokens) {
    const auto id = static_cast<std::size_t>(entry.token.id);
    if (id >= texts_.size()) {
      texts_.resize(id + 1);
      is_token_.resize(id + 1, false);
    }
    texts_[id] = entry.token.content;
    is_token_[id] = true;
  }
}

void HuggingFaceTokenizer::encode(std::string_view text, std::vector<TokenId>& out) const {
  encode_all(text, PiecePosition::kDocumentStart, {out});
}

void HuggingFaceTokenizer::encode(std::string_view text, std::vector<TokenId>& out,
                                  std::vector<std::size_t>& ends) const {
  const std::size_t first = ends.size();
  encode_all(text, PiecePosition::kDocumentStart, {out, &ends});
  if (ends.size() > first) ends.back() = text.size();  // also covers what was stripped at the end
}

void HuggingFaceTokenizer::encode_rest(std::string_view text, std::vector<TokenId>& out) const {
  encode_all(text, PiecePosition::kAfterCut, {out});
}

void HuggingFaceTokenizer::encode_all(std::string_view text, PiecePosition start,
                                      TokenSink sink) const {
  for_each_utf8_part(
      text, [&](TextSpan part) { encode_valid(text, part, start, sink); },
      [&](TextSpan part) { model_.encode_bytes(slice(text, part), part.begin, sink); });
}

void HuggingFaceTokenizer::encode_valid(std::string_view text, TextSpan part, PiecePosition start,
                                        TokenSink sink) const {
  const std::string_view valid = slice(text, part);
  const auto on_text = [&](TextSpan piece) {
    encode_piece(text, {part.begin + piece.begin, part.begin + piece.end}, start, sink);
  };
  const auto on_token = [&](AddedTokenSearch::Found found) {
    found.span.end += part.begin;
    put(found, sink);
  };
  for_each_part(raw_tokens_, valid, on_text, on_token);
}

void HuggingFaceTokenizer::encode_piece(std::string_view text, TextSpan piece, PiecePosition start,
                                        TokenSink sink) const {
  const PiecePosition position = piece.begin == 0 ? start : PiecePosition::kInside;
  NormalText normal(slice(text, piece));
  normal.apply(normalizer_, position);
  const auto on_text = [&](TextSpan span) {
    const PiecePosition span_position = span.begin == 0 ? position : PiecePosition::kInside;
    with_mapped_ends(
        sink, [&] { encode_normal(slice(normal.text(), span), span_position, sink); },
        [&](std::size_t end) { return span.begin + end; });
  };
  with_mapped_ends(
      sink,
      [&] {
        for_each_part(normal_tokens_, normal.text(), on_text,
                      [&](const AddedTokenSearch::Found& found) { put(found, sink); });
      },
      [&](std::size_t end) { return piece.begin + normal.original(end); });
}

void HuggingFaceTokenizer::encode_normal(std::string_view text, PiecePosition position,
                                         TokenSink sink) const {
  NormalText rewritten(text);
  rewritten.apply(pre_tokenizer_.rewriting(), position);
  std::vector<TextSpan>& words = words_of_thread();
  pre_tokenizer_.split(rewritten.text(), words);
  with_mapped_ends(
      sink, [&] { model_.encode(rewritten.text(), words, sink); },
      [&](std::size_t end) { return rewritten.original(end); });
}

std::string HuggingFaceTokenizer::decode(std::span<const TokenId> ids) const {
  std::string text;
  for (const TokenId id : ids) {
    if (!has_token(id)) {
      throw Error(fmt::format("tokenizer {}: token {} is not in the vocabulary of {}", name_, id,
                              vocab_size()));
    }
    if (id == special_.eos || id == special_.bos || id == special_.prepended) continue;
    text += texts_[static_cast<std::size_t>(id)];
  }
  if (!decoded_prefix_.empty() && text.starts_with(decoded_prefix_)) {
    text.erase(0, decoded_prefix_.size());
  }
  return text;
}

std::size_t HuggingFaceTokenizer::cut_near(std::string_view text, std::size_t at) const {
  if (!may_cut_) return text.size();
  for (at = std::max<std::size_t>(at, 1); at < text.size(); ++at) {
    if (may_cut_at(text, at)) return at;
  }
  return text.size();
}

/// Words in SentencePiece style end before each run of spaces; for byte-level words see
/// PreTokenizer::may_cut. In addition, no added token and no normalization may span the cut: a
/// space or line feed does not affect its neighbors, and the character before the cut must be
/// unchanged by the normalizer. Nor may an added token end at the cut, since a prefix may belong
/// after it.
bool HuggingFaceTokenizer::may_cut_at(std::string_view text, std::size_t at) const {
  const std::string_view front = character_before(text, at);
  if (first_invalid_utf8(front) != front.size() || changes(front)) return false;
  for (const AddedTokenSearch* tokens : {&raw_tokens_, &normal_tokens_}) {
    if (!tokens->may_cut_between(text[at - 1], text[at]) || tokens->ends_with(text[at - 1])) {
      return false;
    }
  }
  const char32_t before = code_point_of(front);
  if (text[at] == ' ') return !is_white_space(before) && front != kSpace;
  if (!pre_tokenizer_.byte_level()) return false;
  return text[at] == '\n' ? is_letter(before) : before == '\n' && begins_line(text, at);
}

bool HuggingFaceTokenizer::changes(std::string_view character) const {
  NormalText normal(character);
  normal.apply(normalizer_, PiecePosition::kAfterCut);
  return normal.changed();
}

}  // namespace lamina
