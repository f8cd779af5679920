#include "lamina/model/kv_cache.h"

#include <ATen/ATen.h>

namespace lamina {

KvCache::KvCache(const ModelSpec& spec, const Placement& placement, std::int64_t batch,
                 std::int64_t capacity_tokens)
    : layers_(static_cast<std::size_t>(spec.num_hidden_layers)) {
  const auto options = at::TensorOptions(placement.device).dtype(placement.compute);
  for (const std::int64_t layer : kv_layers(spec.kv_source_layers)) {
    const std::vector<std::int64_t> shape{batch, capacity_tokens, spec.num_key_value_heads,
                                          spec.head_dim};
    layers_[static_cast<std::size_t>(layer)] = {at::empty(shape, options),
                                                at::empty(shape, options)};
  }
}

KvCache KvCache::fork(const at::Tensor& rows, std::int64_t additional_tokens) const {
  const auto forked = [&](const at::Tensor& buffer) {
    if (!buffer.defined()) return buffer;
    auto shape = buffer.sizes().vec();
    shape[0] = rows.size(0);
    shape[1] = length_ + additional_tokens;
    at::Tensor result = at::empty(shape, buffer.options());
    at::Tensor read = result.narrow(1, 0, length_);
    at::index_select_out(read, buffer.narrow(1, 0, length_), 0, rows);
    return result;
  };
  KvCache result;
  for (const KeysValues& layer : layers_) {
    result.layers_.push_back({forked(layer.k_BSGK), forked(layer.v_BSGK)});
  }
  result.length_ = length_;
  return result;
}

std::int64_t KvCache::capacity() const { return layers_.at(0).k_BSGK.size(1); }

KeysValues KvCache::append(std::int64_t layer, const KeysValues& added) {
  const KeysValues& buffers = layers_.at(static_cast<std::size_t>(layer));
  const std::int64_t num_added = added.k_BSGK.size(1);
  TORCH_CHECK(length_ + num_added <= capacity(), "[kv_cache] expected at most ", capacity(),
              " tokens but got ", length_ + num_added);
  buffers.k_BSGK.narrow(1, length_, num_added).copy_(added.k_BSGK);
  buffers.v_BSGK.narrow(1, length_, num_added).copy_(added.v_BSGK);
  return {buffers.k_BSGK.narrow(1, 0, length_ + num_added),
          buffers.v_BSGK.narrow(1, 0, length_ + num_added)};
}

std::int64_t KvCache::allocated_bytes() const {
  std::int64_t bytes = 0;
  for (const KeysValues& layer : layers_) {
    if (layer.k_BSGK.defined())
      bytes += static_cast<std::int64_t>(layer.k_BSGK.nbytes() + layer.v_BSGK.nbytes());
  }
  return bytes;
}

}  // namespace lamina
