#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "lamina/eval/perplexity.h"

namespace lamina {

/// A baseline that every language model must beat: the probability of a byte (or the end of the
/// document) given the previous byte (or the beginning of the document), counted on the training
/// text with add-one (Laplace) smoothing over the 257 symbols.
class ByteBigram {
 public:
  ByteBigram();

  /// Adds the pairs of one training document to the counts.
  void count(std::string_view document);

  /// Scores documents, each from its beginning. `tokens` of the result counts bytes and document
  /// ends; `bytes` and `words` are those of the text.
  Perplexity score(const std::vector<std::string>& documents) const;

 private:
  std::vector<std::int64_t> pair_counts_;  ///< [previous symbol][symbol], 257 x 257, from 1
};

}  // namespace lamina
