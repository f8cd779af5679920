#include "lamina/nn/block.h"

#include <ATen/ATen.h>
#include <spdlog/fmt/fmt.h>

namespace lamina {
namespace {

std::string layer_name(std::int64_t layer) { return fmt::format("model.layers.{}.", layer); }

}  // namespace

Block::Block(ParameterStore& store, const ModelSpec& spec, std::int64_t layer)
    : kind_(spec.block),
      attention_(store, layer_name(layer), spec, layer),
      mlp_norm_(store, layer_name(layer) + "post_attention_layernorm", spec),
      mlp_(store, layer_name(layer) + "mlp.", spec) {}

at::Tensor Block::forward(const at::Tensor& x, const RotaryTable& rotary,
                          const ChooseKeysValues& choose) const {
  Projections projections = attention_.project(x, rotary);
  const KeysValues& source = choose(std::move(projections.keys_values));
  const at::Tensor middle = x + attention_.attend(projections.q_BTHK, source);
  const at::Tensor& mlp_input = kind_ == BlockKind::kParallel ? x : middle;
  return middle + mlp_.forward(mlp_norm_.forward(mlp_input));
}

}  // namespace lamina
