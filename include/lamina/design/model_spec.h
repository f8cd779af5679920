#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "lamina/core/setting.h"
#include "lamina/design/kv_layout.h"

namespace lamina {

/// The norm before the K/V projections of a source layer: shared with Q (Llama, LCKV) or separate
/// (the CLA paper).
enum class KvNorm { kShared, kSeparate };

/// RMS norm (arXiv 1910.07467) or layer norm (arXiv 1607.06450).
enum class NormKind { kRms, kLayer };

/// Sequential: the MLP reads the residual stream after attention. Parallel (GPT-J, GPT-NeoX):
/// attention and MLP read the same input.
enum class BlockKind { kSequential, kParallel };

/// SwiGLU (arXiv 2002.05202), or GELU (arXiv 1606.08415), exact or with the tanh approximation.
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

/// The resolved specification of a decoder, with every number known: the input of the model, the
/// cost formulas and the checkpoints. `resolve` (model_settings.h) makes a consistent one. Names
/// are those of Hugging Face's config.json. Linear weights are (outputs, inputs). The letters are
/// the shape suffixes of tensors everywhere in lamina; B is the batch size, T the number of
/// positions of a call, S the number of key and value positions, N a number of tokens.
struct ModelSpec {
  std::int64_t vocab_size = 0;               ///< V
  std::int64_t hidden_size = 0;              ///< D, width of the residual stream
  std::int64_t intermediate_size = 0;        ///< F, width of the MLP
  std::int64_t num_hidden_layers = 0;        ///< L
  std::int64_t num_attention_heads = 0;      ///< H, query heads
  std::int64_t num_key_value_heads = 0;      ///< G, divides H
  std::int64_t head_dim = 0;                 ///< K
  std::int64_t max_position_embeddings = 0;  ///< maximum sequence length in tokens
  std::int64_t rotary_dim = 0;               ///< r <= K, even: the rotated dimensions of each head
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
  KvSourceLayers kv_source_layers;  ///< L entries
  std::string design;               ///< the canonical design name, see design_name.h

  bool operator==(const ModelSpec&) const = default;

  /// Whether `layer` is a source layer, with K/V projections of its own.
  bool owns_kv(std::int64_t layer) const {
    return kv_source_layers[static_cast<std::size_t>(layer)] == layer;
  }

  /// Widths of Q and of K or V, H * K and G * K.
  std::int64_t query_dim() const { return num_attention_heads * head_dim; }
  std::int64_t kv_dim() const { return num_key_value_heads * head_dim; }

  /// Number of source layers, and whether any layer is a reader.
  std::int64_t num_kv_layers() const { return std::ssize(kv_layers(kv_source_layers)); }
  bool shares_kv() const { return num_kv_layers() < num_hidden_layers; }
};

}  // namespace lamina
