#pragma once
#include <cstdint>

#include "lamina/design/model_spec.h"

namespace lamina {

/// Trained values, by part. Readers have no K/V projections and no K/V norm.
struct ParameterCount {
  std::int64_t embedding = 0;
  std::int64_t query_output = 0;  ///< Q and output projections
  std::int64_t key_value = 0;
  std::int64_t mlp = 0;
  std::int64_t norms = 0;
  std::int64_t lm_head = 0;  ///< 0 when tied to the embedding

  std::int64_t total() const {
    return embedding + query_output + key_value + mlp + norms + lm_head;
  }
};

ParameterCount count_parameters(const ModelSpec& spec);

/// Bytes of the KV cache that one token takes: 2 (K and V) * KV heads * head width * KV layers *
/// bytes of a value (2: 16 bits, as the papers count).
std::int64_t kv_bytes_per_token(const ModelSpec& spec, std::int64_t bytes_per_value = 2);

/// Floating-point operations of training on one token in a sequence of that length: forward once
/// and backward twice, 2 a multiplication, over every matrix that a token really meets (the LM
/// head, not the embedding's rows), and causal attention over half the square: 6 * layers * length
/// * heads * width.
double training_flops_per_token(const ModelSpec& spec, std::int64_t sequence_length);

/// The words printed beside every FLOP/s and MFU.
constexpr const char* kFlopsConvention =
    "6 FLOPs a matrix parameter and token, causal attention at half the square, no recomputation";

/// What training takes on one device, estimated from the tensors that this program keeps.
struct TrainingMemory {
  double weights = 0;      ///< float32 master weights; bfloat16 copies of what is multiplied with
  double gradients = 0;    ///< float32
  double optimizer = 0;    ///< two float32 moments
  double activations = 0;  ///< kept for the backward pass of one micro-batch
  double loss_block = 0;   ///< logits of one block of tokens

  double total() const { return weights + gradients + optimizer + activations + loss_block; }
};

/// `micro_batch_tokens` tokens at once; `bf16`: matrix products in bfloat16, else float32.
TrainingMemory estimate_training_memory(const ModelSpec& spec, std::int64_t micro_batch_tokens,
                                        bool bf16);

}  // namespace lamina
