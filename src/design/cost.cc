#include "lamina/design/cost.h"

#include <algorithm>

namespace lamina {
namespace {

/// Values of a linear layer: its matrix and its bias.
std::int64_t linear_size(std::int64_t outputs, std::int64_t inputs, bool bias) {
  return outputs * inputs + (bias ? outputs : 0);
}

/// Matrices (F, D) of the MLP: gate and up, or up.
std::int64_t num_up_matrices(const ModelSpec& spec) { return spec.mlp == MlpKind::kSwiglu ? 2 : 1; }

/// Norms of width D: two per layer, the separate K/V norms, the final norm.
std::int64_t num_norms(const ModelSpec& spec) {
  const std::int64_t kv_norms = spec.kv_norm == KvNorm::kSeparate ? spec.num_kv_layers() : 0;
  return 2 * spec.num_hidden_layers + kv_norms + 1;
}

/// Values of all matrices that a token is multiplied with. The LM head counts even if it is tied.
double matrix_values(const ModelSpec& spec) {
  const double layers = static_cast<double>(spec.num_hidden_layers);
  const double query_output = 2.0 * static_cast<double>(spec.query_dim());
  const double key_value = 2.0 * static_cast<double>(spec.kv_dim());
  const double mlp = static_cast<double>((num_up_matrices(spec) + 1) * spec.intermediate_size);
  const double rows = layers * (query_output + mlp) +
                      static_cast<double>(spec.num_kv_layers()) * key_value +
                      static_cast<double>(spec.vocab_size);
  return rows * static_cast<double>(spec.hidden_size);
}

}  // namespace

ParameterCount count_parameters(const ModelSpec& spec) {
  const std::int64_t layers = spec.num_hidden_layers, width = spec.hidden_size;
  ParameterCount count;
  count.embedding = spec.vocab_size * width;
  count.query_output = layers * (linear_size(spec.query_dim(), width, spec.attention_bias) +
                                 linear_size(width, spec.query_dim(), spec.attention_output_bias));
  count.key_value =
      spec.num_kv_layers() * 2 * linear_size(spec.kv_dim(), width, spec.attention_bias);
  count.mlp =
      layers * (num_up_matrices(spec) * linear_size(spec.intermediate_size, width, spec.mlp_bias) +
                linear_size(width, spec.intermediate_size, spec.mlp_bias));
  count.norms = num_norms(spec) * width * (spec.norm == NormKind::kLayer ? 2 : 1);
  if (spec.qk_norm) count.norms += (layers + spec.num_kv_layers()) * spec.head_dim;
  count.lm_head = spec.tie_word_embeddings ? 0 : spec.vocab_size * width;
  return count;
}

std::int64_t kv_bytes_per_token(const ModelSpec& spec, std::int64_t bytes_per_value) {
  return 2 * spec.kv_dim() * spec.num_kv_layers() * bytes_per_value;
}

double training_flops_per_token(const ModelSpec& spec, std::int64_t sequence_length) {
  const double attention = static_cast<double>(spec.num_hidden_layers) *
                           static_cast<double>(sequence_length) *
                           static_cast<double>(spec.query_dim());
  return 6 * matrix_values(spec) + 6 * attention;
}

/// The block size on a GPU (kernels/cross_entropy.cc); a CPU uses smaller blocks for a large
/// vocabulary.
constexpr double kLossBlockTokens = 2048;

TrainingMemory estimate_training_memory(const ModelSpec& spec, std::int64_t micro_batch_tokens,
                                        bool bf16) {
  const double parameters = static_cast<double>(count_parameters(spec).total());
  const double tokens = static_cast<double>(micro_batch_tokens);
  const double width = static_cast<double>(spec.hidden_size);
  const double value_bytes = bf16 ? 2 : 4;
  TrainingMemory memory;
  memory.weights = parameters * 4 + (bf16 ? matrix_values(spec) * 2 : 0);
  memory.gradients = parameters * 4;
  memory.optimizer = parameters * 8;
  // Per layer: the residual stream before each norm (float32), the inputs of the matrices, rotated
  // queries, the attention output and its row statistics (float32), the MLP's gate and up.
  const double mlp = static_cast<double>((num_up_matrices(spec) + 1) * spec.intermediate_size);
  const double layer = 2 * width * 4 +
                       (2 * width + 2 * static_cast<double>(spec.query_dim()) + mlp) * value_bytes +
                       static_cast<double>(spec.num_attention_heads) * 4;
  const double source = 2 * static_cast<double>(spec.kv_dim()) * value_bytes +
                        (spec.kv_norm == KvNorm::kSeparate ? width * value_bytes : 0);
  memory.activations =
      tokens * (static_cast<double>(spec.num_hidden_layers) * layer +
                static_cast<double>(spec.num_kv_layers()) * source + 2 * width * value_bytes);
  memory.loss_block =
      std::min(kLossBlockTokens, tokens) * static_cast<double>(spec.vocab_size) * value_bytes;
  return memory;
}

}  // namespace lamina
