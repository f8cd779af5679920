#include "added_tokens.h"

#include <utf8proc.h>

#include <algorithm>

#include "unicode/code_points.h"

namespace lamina {
namespace {

constexpr int kAny = -1;
constexpr int kNonAscii = 128;  // as the first of a pair: any byte outside ASCII

int byte_of(char byte) { return static_cast<unsigned char>(byte); }

unsigned char first_byte(const AddedToken& token) {
  return static_cast<unsigned char>(token.content[0]);
}

/// `\w` of Rust's regex crate (UTS #18, annex C): Alphabetic, marks, decimal digits, connector
/// punctuation, join controls.
bool is_word_character(char32_t c) {
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  if (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NL) return true;
  const bool letter_like = (c >= 0x24B6 && c <= 0x24E9) || (c >= 0x1F130 && c <= 0x1F149) ||
                           (c >= 0x1F150 && c <= 0x1F169) || (c >= 0x1F170 && c <= 0x1F189);
  return category == UTF8PROC_CATEGORY_PC || c == 0x200C || c == 0x200D || letter_like;
}

bool is_whole_word(std::string_view text, TextSpan span) {
  return (span.begin == 0 ||
          !is_word_character(code_point_of(character_before(text, span.begin)))) &&
         (span.end == text.size() ||
          !is_word_character(code_point_of(character_at(text, span.end))));
}

std::size_t white_space_begin(std::string_view text, std::size_t end) {
  while (end > 0) {
    const std::string_view last = character_before(text, end);
    if (!is_white_space(code_point_of(last))) break;
    end -= last.size();
  }
  return end;
}

std::size_t white_space_end(std::string_view text, std::size_t begin) {
  while (begin < text.size() && is_white_space(code_point_of(character_at(text, begin)))) {
    begin += utf8_bytes(text[begin]);
  }
  return begin;
}

}  // namespace

AddedTokenSearch::AddedTokenSearch(std::vector<AddedToken> tokens)
    : tokens_(std::move(tokens)), uncuttable_((kNonAscii + 1) * 256, false) {
  std::erase_if(tokens_, [](const AddedToken& token) { return token.content.empty(); });
  std::stable_sort(tokens_.begin(), tokens_.end(), [](const AddedToken& a, const AddedToken& b) {
    if (first_byte(a) != first_byte(b)) return first_byte(a) < first_byte(b);
    return a.content.size() > b.content.size();
  });
  for (const AddedToken& token : tokens_) {
    for (std::size_t byte = first_byte(token) + 1u; byte < begins_.size(); ++byte) ++begins_[byte];
    forbid_cuts(token);
  }
}

const AddedToken* AddedTokenSearch::longest_at(std::string_view text, std::size_t at) const {
  const auto byte = static_cast<unsigned char>(text[at]);
  const std::size_t begin = begins_[byte];
  const std::size_t end = begins_[byte + 1u];
  if (begin == end) return nullptr;
  // If no token contains these two bytes in sequence, only a token of one byte can begin here.
  const bool may_start_longer = at + 1 < text.size() && !may_cut_between(text[at], text[at + 1]);
  if (!may_start_longer && tokens_[end - 1].content.size() > 1) return nullptr;
  for (std::size_t i = begin; i < end; ++i) {
    if (text.compare(at, tokens_[i].content.size(), tokens_[i].content) == 0) return &tokens_[i];
  }
  return nullptr;
}

bool AddedTokenSearch::next(std::string_view text, Position& position, Found& found) const {
  while (position.searched < text.size()) {
    const AddedToken* token = longest_at(text, position.searched);
    if (!token) {
      ++position.searched;
      continue;
    }
    TextSpan span{position.searched, position.searched + token->content.size()};
    position.searched = span.end;
    if (token->single_word && !is_whole_word(text, span)) continue;
    if (token->lstrip) span.begin = white_space_begin(text, span.begin);
    if (token->rstrip) span.end = white_space_end(text, span.end);
    span.begin = std::max(span.begin, position.taken);
    span.end = std::max(span.end, position.taken);
    position.taken = span.end;
    found = {token->id, span};
    return true;
  }
  return false;
}

void AddedTokenSearch::forbid_cuts(const AddedToken& token) {
  const std::string& content = token.content;
  for (std::size_t i = 1; i < content.size(); ++i) {
    forbid(byte_of(content[i - 1]), byte_of(content[i]));
  }
  if (token.single_word || token.rstrip) forbid(byte_of(content.back()), kAny);
  if (token.single_word) forbid(kAny, byte_of(content.front()));
}

void AddedTokenSearch::forbid(int first, int second) {
  for (int a = 0; a <= kNonAscii; ++a) {
    if (first != kAny && a != std::min(first, kNonAscii)) continue;
    for (int b = 0; b < 256; ++b) {
      if (second != kAny && b != second) continue;
      uncuttable_[static_cast<std::size_t>(a * 256 + b)] = true;
    }
  }
}

bool AddedTokenSearch::ends_with(char last) const {
  return std::ranges::any_of(
      tokens_, [&](const AddedToken& token) { return token.content.ends_with(last); });
}

bool AddedTokenSearch::may_cut_between(char first, char second) const {
  const std::size_t a = static_cast<std::size_t>(std::min(byte_of(first), kNonAscii));
  return !uncuttable_[a * 256 + static_cast<unsigned char>(second)];
}

}  // namespace lamina
