#pragma once
#include <string>

namespace lamina {

/// Where a parameter of ours stands in a checkpoint: the tensor's name and, where that is fused of
/// Q, K and V, which of them.
struct StoredTensor {
  std::string name;
  int fused_part = -1;

  bool is_fused() const { return fused_part >= 0; }
};

constexpr int kNumFusedParts = 3;

/// Under the names of GPT-NeoX in `transformers`.
StoredTensor gpt_neox_tensor(const std::string& parameter);

/// Whether a tensor of that name is a table or mask that older checkpoints carry: no weight.
bool is_known_buffer(const std::string& name);

}  // namespace lamina
