#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "lamina/core/setting.h"
#include "lamina/design/kv_layout.h"

namespace lamina {

enum class KvNorm { kShared, kSeparate };
enum class NormKind { kRms, kLayer };
enum class BlockKind { kSequential, kParallel };
enum class MlpKind { kSwiglu, kGelu, kGeluTanh };

template <>
struct EnumNames<KvNorm> {
  static constexpr std::array names{"shared", "separate"};
};
template <>
struct EnumNames<NormKind> {
  static constexpr std::array names{"rms", "layer"};
};
template <>
struct EnumNames<BlockKind> {
  static constexpr std::array names{"sequential", "parallel"};
};
template <>
struct EnumNames<MlpKind> {
  static constexpr std::array names{"swiglu", "gelu", "gelu_tanh"};
};

/// A decoder, every number settled: what the model, the cost formulas and the checkpoints see.
/// Names are those of Hugging Face's config.json. Linear weights are (outputs, inputs).
struct ModelSpec {
  std::int64_t vocab_size = 0;
  std::int64_t hidden_size = 0;
  std::int64_t intermediate_size = 0;
  std::int64_t num_hidden_layers = 0;
  std::int64_t num_attention_heads = 0;
  std::int64_t num_key_value_heads = 0;
  std::int64_t head_dim = 0;
  std::int64_t max_position_embeddings = 0;
  std::int64_t rotary_dim = 0;  ///< the first dimensions of a head that turn; even
  double rope_theta = 10000;
  double norm_eps = 1e-5;
  double initializer_range = 0.01275;
  KvNorm kv_norm = KvNorm::kShared;
  NormKind norm = NormKind::kRms;
  BlockKind block = BlockKind::kSequential;
  MlpKind mlp = MlpKind::kSwiglu;
  bool qk_norm = false;
  bool attention_bias = false;         ///< of Q, K and V
  bool attention_output_bias = false;  ///< of the output projection
  bool mlp_bias = false;
  bool tie_word_embeddings = false;
  KvSourceLayers kv_source_layers;
  std::string design;  ///< the canonical design name, see design_name.h

  bool operator==(const ModelSpec&) const = default;

  bool owns_kv(std::int64_t layer) const {
    return kv_source_layers[static_cast<std::size_t>(layer)] == layer;
  }
  std::int64_t query_dim() const { return num_attention_heads * head_dim; }
  std::int64_t kv_dim() const { return num_key_value_heads * head_dim; }
  std::int64_t num_kv_layers() const { return std::ssize(kv_layers(kv_source_layers)); }
  bool shares_kv() const { return num_kv_layers() < num_hidden_layers; }
};

}  // namespace lamina
