#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "lamina/eval/perplexity.h"

namespace lamina {

/// The baseline that any language model must beat: the probability of a byte (or a document's end)
/// given the byte before (or a document's beginning), counted on the training text, each count plus
/// one (Laplace) over the 257 symbols.
class ByteBigram {
 public:
  ByteBigram();

  /// Adds one document's counts.
  void count(std::string_view document);

  /// Scores documents; `tokens` of the result are bytes and document ends.
  Perplexity score(const std::vector<std::string>& documents) const;

 private:
  std::vector<std::int64_t> pair_counts_;
};

}  // namespace lamina
