#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tokenizer_fields.h"
#include "unicode/normal_form.h"
#include "unicode/rewritten_text.h"
#include "unicode/unicode_pattern.h"

namespace lamina {

struct Lowercase {};

/// Every occurrence of a text or of a pattern becomes `content`.
struct Replacement {
  TextPattern pattern;
  std::string content;
};

/// `text` in front; `unless_there`: of a text that does not begin with it already; `only_first`: of
/// the first piece of a document alone.
struct Prefix {
  std::string text;
  bool unless_there = false;
  bool only_first = false;
};

/// White space at either end goes.
struct Stripping {
  bool left = true;
  bool right = true;
};

/// Where a piece of text stands: it begins a document, or follows an added token, or goes on where
/// a document was cut, and then no prefix belongs in front of it.
enum class PieceAt { kBeginning, kInside, kCut };

/// One step that rewrites a piece of text.
using RewritingStep = std::variant<NormalForm, Lowercase, Replacement, Prefix, Stripping>;

/// The text after all steps, and of any offset in it the one in the text before.
class NormalText {
 public:
  explicit NormalText(std::string_view text) : original_(text) {}

  void apply(const std::vector<RewritingStep>& steps, PieceAt place);

  std::string_view text() const {
    return rewritten_.empty() ? original_ : rewritten_.back().text();
  }
  bool changed() const { return !rewritten_.empty(); }
  std::size_t original(std::size_t offset) const;

 private:
  std::string_view original_;
  std::vector<RewrittenText> rewritten_;
};

/// Appends the steps of a "normalizer" of a tokenizer.json, in order; none where it is null.
/// Throws Error naming a component or a setting that is not supported.
void read_normalizer(const FileJson& json, const std::string& where,
                     std::vector<RewritingStep>& steps);

/// "pattern": {"String": ...} or {"Regex": ...}.
TextPattern read_pattern(const TokenizerFields& fields);

}  // namespace lamina
