#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "lamina/text/tokenizer.h"
#include "unicode/text_span.h"

namespace lamina {

/// An entry of "added_tokens" in a tokenizer.json: a token that is searched for as literal text,
/// before pre-tokenization.
struct AddedToken {
  TokenId id = 0;
  std::string content;       // the text to search for, normalized if the token is
  bool single_word = false;  // matches only between characters that are not `\w`
  bool lstrip = false;       // the match includes white space before it
  bool rstrip = false;       // the match includes white space after it
};

/// Searches a text for added tokens: leftmost-longest matches that do not overlap. Immutable:
/// threads may share one.
class AddedTokenSearch {
 public:
  /// Ignores tokens without content.
  explicit AddedTokenSearch(std::vector<AddedToken> tokens);

  bool empty() const { return tokens_.empty(); }

  struct Found {
    TokenId id = 0;
    TextSpan span;  // includes the white space of lstrip and rstrip
  };
  /// The state of a search, initially {}.
  struct Position {
    std::size_t searched = 0;  // where the next match may begin
    std::size_t taken = 0;     // the end of the last match, with its white space
  };
  /// Finds the next token; false if there is none.
  bool next(std::string_view text, Position& position, Found& found) const;

  /// Whether a text may be cut between these two bytes, so that searching each part gives the same
  /// tokens: no token spans the cut or depends on a character across it. `first` must not be white
  /// space.
  bool may_cut_between(char first, char second) const;

  /// Whether a token ends with this byte.
  bool ends_with(char last) const;

 private:
  const AddedToken* longest_at(std::string_view text, std::size_t at) const;
  void forbid_cuts(const AddedToken& token);
  void forbid(int first, int second);

  std::vector<AddedToken> tokens_;  // by first byte, then by decreasing length
  std::array<std::uint32_t, 257> begins_{};
  std::vector<bool> uncuttable_;  // by pair of bytes; first bytes outside ASCII share one row
};

}  // namespace lamina
