#pragma once
#include <functional>
#include <string>

#include "lamina/nn/attention.h"
#include "lamina/nn/mlp.h"

namespace lamina {

/// One pre-norm layer. Sequential: x += attention(x), then x += mlp(norm(x)). Parallel:
/// x += attention(x) + mlp(norm(x)).
class Block {
 public:
  /// Called once per forward pass: receives the layer's own keys and values (nullopt in a reader
  /// layer) and returns those that it attends to. The reference must be valid until forward
  /// returns.
  using ChooseKeysValues = std::function<const KeysValues&(std::optional<KeysValues> own)>;

  /// Adds the parameters of layer `layer` to `store`.
  Block(ParameterStore& store, const ModelSpec& spec, std::int64_t layer);

  /// x (B, T, D): the residual stream in the master dtype -> the same shape and dtype. `rotary`:
  /// the rows of the T positions.
  at::Tensor forward(const at::Tensor& x_BTD, const RotaryTable& rotary,
                     const ChooseKeysValues& choose) const;

 private:
  BlockKind kind_;
  Attention attention_;
  Norm mlp_norm_;
  Mlp mlp_;
};

}  // namespace lamina
