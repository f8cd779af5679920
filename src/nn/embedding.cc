#include "lamina/nn/embedding.h"

#include <ATen/ATen.h>

namespace lamina {

Embedding::Embedding(ParameterStore& store, const std::string& name, std::int64_t vocab_size,
                     std::int64_t width)
    : table_{name + ".weight", store.add(name + ".weight", {vocab_size, width})} {}

at::Tensor Embedding::forward(const at::Tensor& tokens) const {
  return at::embedding(table_.value, tokens);
}

}  // namespace lamina
