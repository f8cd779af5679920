#pragma once
#include <string>

namespace lamina {

/// The tensor in a checkpoint that contains a parameter of lamina's.
struct StoredTensor {
  std::string name;
  int fused_part = -1;  ///< in a fused Q, K, V tensor: 0, 1 or 2; otherwise -1

  bool is_fused() const { return fused_part >= 0; }
};

constexpr int kNumFusedParts = 3;  // Q, K and V

/// The tensor of `parameter` with the names of GPT-NeoX in `transformers`.
StoredTensor gpt_neox_tensor(const std::string& parameter);

/// Whether `name` is that of a rotary table or attention mask of older checkpoints, not of a
/// weight.
bool is_known_buffer(const std::string& name);

}  // namespace lamina
