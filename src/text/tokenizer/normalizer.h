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

/// Replaces each match of `pattern` by `content`.
struct Replacement {
  TextPattern pattern;
  std::string content;
};

/// Prepends `text` to a non-empty piece.
struct Prefix {
  std::string text;
  bool if_absent = false;            // only if the piece does not begin with it
  bool document_start_only = false;  // only to the first piece of a document
};

/// Removes white space at either end.
struct Stripping {
  bool left = true;
  bool right = true;
};

/// The position of a piece of text: at the start of a document; inside it, after an added token; or
/// directly after a cut of the document, where no prefix may be added.
enum class PiecePosition { kDocumentStart, kInside, kAfterCut };

/// One step that rewrites a piece of text.
using RewritingStep = std::variant<NormalForm, Lowercase, Replacement, Prefix, Stripping>;

/// A text after all steps, with a map from its offsets to those of the original text. Refers to the
/// original, which must outlive it.
class NormalText {
 public:
  explicit NormalText(std::string_view text) : original_(text) {}

  void apply(const std::vector<RewritingStep>& steps, PiecePosition position);

  std::string_view text() const {
    return rewritten_.empty() ? original_ : rewritten_.back().text();
  }
  /// Whether any step changed the text.
  bool changed() const { return !rewritten_.empty(); }
  /// The offset in the original text of an offset in text().
  std::size_t original(std::size_t offset) const;

 private:
  std::string_view original_;
  std::vector<RewrittenText> rewritten_;
};

/// Appends the steps of the "normalizer" of a tokenizer.json, in order; none if it is null. `where`
/// begins every message. Throws Error with a component or setting that is not supported.
void read_normalizer(const FileJson& json, const std::string& where,
                     std::vector<RewritingStep>& steps);

/// Reads "pattern": {"String": ...} or {"Regex": ...}. Throws Error if the expression is not
/// supported.
TextPattern read_pattern(const TokenizerFields& fields);

}  // namespace lamina
