#pragma once
#include <string>

#include "lamina/nn/parameters.h"

namespace lamina {

/// Token embedding, a lookup table (V, D). Its parameter is "<name>.weight".
class Embedding {
 public:
  Embedding(ParameterStore& store, const std::string& name, std::int64_t vocab_size,
            std::int64_t width);

  /// tokens (...) int64 in [0, V) -> (..., D) in the master dtype: lookups need no rounded copy.
  at::Tensor forward(const at::Tensor& tokens) const;

  /// For a tied LM head.
  const Parameter& table() const { return table_; }

 private:
  Parameter table_;
};

}  // namespace lamina
