#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "lamina/text/tokenizer.h"
#include "unicode/text_span.h"

namespace lamina {

/// A token that is found in the text before anything else is done to it.
struct AddedToken {
  TokenId id = 0;
  std::string content;  // what is searched for: of a normalized one, its normal form
  bool single_word = false;
  bool lstrip = false;
  bool rstrip = false;
};

/// Searches a text for added tokens: leftmost, of those the longest, none overlapping.
class AddedTokenSearch {
 public:
  /// Tokens of no content are never found.
  explicit AddedTokenSearch(std::vector<AddedToken> tokens);

  bool empty() const { return tokens_.empty(); }

  struct Found {
    TokenId id = 0;
    TextSpan span;  // with the white space that lstrip and rstrip take
  };
  /// How far a search has come: start with {}.
  struct Place {
    std::size_t searched = 0;
    std::size_t taken = 0;
  };
  /// The next token; false when there is none.
  bool next(std::string_view text, Place& place, Found& found) const;

  /// Whether a text may be cut between two bytes, the first of them not white space, and each
  /// part searched by itself: no token reaches or looks across.
  bool may_cut_between(char first, char second) const;

  /// Whether a token ends with this byte.
  bool ends_with(char last) const;

 private:
  const AddedToken* longest_at(std::string_view text, std::size_t at) const;
  void forbid_cuts(const AddedToken& token);
  void forbid(int first, int second);

  std::vector<AddedToken> tokens_;  // by first byte, then from longest to shortest
  std::array<std::uint32_t, 257> begins_{};
  std::vector<bool> uncuttable_;  // of two bytes; all above 127 count as one in the first
};

}  // namespace lamina
