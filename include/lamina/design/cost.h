#pragma once
#include <cstdint>

#include "lamina/design/model_spec.h"

namespace lamina {

/// Number of trained values, by part of the model; biases count with their matrix. Reader layers
/// have no K/V projections and no K/V norm.
struct ParameterCount {
  std::int64_t embedding = 0;     ///< V * D
  std::int64_t query_output = 0;  ///< Q and output projections
  std::int64_t key_value = 0;     ///< K and V projections of the source layers
  std::int64_t mlp = 0;
  std::int64_t norms = 0;    ///< of layers, heads (qk_norm) and the final norm
  std::int64_t lm_head = 0;  ///< V * D; 0 if tied to the embedding

  std::int64_t total() const {
    return embedding + query_output + key_value + mlp + norms + lm_head;
  }
};

/// The exact counts of the model that Decoder builds from `spec`.
ParameterCount count_parameters(const ModelSpec& spec);

/// KV cache bytes per token: 2 (K and V) * G * K * number of source layers * bytes_per_value. The
/// default of 2 bytes per value (16 bits) is the convention of the papers' tables.
std::int64_t kv_bytes_per_token(const ModelSpec& spec, std::int64_t bytes_per_value = 2);

/// Training FLOPs per token in a sequence of `sequence_length` tokens. The backward pass counts as
/// two forward passes and a multiply-add as 2 FLOPs, which gives 6 * (values of all matrices that
/// the token is multiplied with: the LM head, but not the embedding lookup) + 6 * L *
/// sequence_length * H * K for causal attention, which computes half of the T x T scores.
/// Recomputation is not counted.
double training_flops_per_token(const ModelSpec& spec, std::int64_t sequence_length);

/// The convention of training_flops_per_token, printed next to every FLOP/s and MFU figure.
constexpr const char* kFlopsConvention =
    "6 FLOPs per matrix parameter and token, half of the attention scores (causal), no "
    "recomputation";

/// Estimated training memory in bytes on one device, from the tensors that lamina keeps. Allocator
/// overhead and LibTorch's own workspaces are not included.
struct TrainingMemory {
  double weights = 0;      ///< float32 master weights, and bfloat16 copies of matrices if `bf16`
  double gradients = 0;    ///< float32
  double optimizer = 0;    ///< AdamW: two float32 moments
  double activations = 0;  ///< saved for the backward pass of one micro-batch
  double loss_block = 0;   ///< logits of one block of tokens in the fused LM head and loss

  double total() const { return weights + gradients + optimizer + activations + loss_block; }
};

/// `micro_batch_tokens`: B * T of one micro-batch. `bf16`: matrix products in bfloat16, otherwise
/// in float32.
TrainingMemory estimate_training_memory(const ModelSpec& spec, std::int64_t micro_batch_tokens,
                                        bool bf16);

}  // namespace lamina
