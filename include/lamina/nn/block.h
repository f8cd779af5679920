#pragma once
#include <functional>
#include <string>

#include "lamina/nn/attention.h"
#include "lamina/nn/mlp.h"

namespace lamina {

/// One layer. Sequential: x += attention(x), then x += mlp(norm(x)). Parallel: both read the same
/// x.
class Block {
 public:
  /// Takes what this layer's attention produced, if it is a source, and returns what it shall read.
  using ChooseKeysValues = std::function<const KeysValues&(std::optional<KeysValues> own)>;

  Block(ParameterStore& store, const ModelSpec& spec, std::int64_t layer);

  /// x (B, T, D), the residual stream in the master dtype -> the same.
  at::Tensor forward(const at::Tensor& x_BTD, const RotaryTable& rotary,
                     const ChooseKeysValues& choose) const;

 private:
  BlockKind kind_;
  Attention attention_;
  Norm mlp_norm_;
  Mlp mlp_;
};

}  // namespace lamina
