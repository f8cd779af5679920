#pragma once
#include <string>

#include "lamina/nn/parameters.h"

namespace lamina {

/// A table of vectors looked up by token: "<name>.weight", (V, D).
class Embedding {
 public:
  Embedding(ParameterStore& store, const std::string& name, std::int64_t vocab_size,
            std::int64_t width);

  /// tokens (...) int64 -> (..., D) in the master dtype: lookups need no copy of the table.
  at::Tensor forward(const at::Tensor& tokens) const;

  const Parameter& table() const { return table_; }

 private:
  Parameter table_;
};

}  // namespace lamina
