#pragma once
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "lamina/dist/process_group.h"
#include "lamina/model/decoder.h"
#include "lamina/model/initialise.h"

namespace lamina {

/// A two-layer decoder for the "bytes" tokenizer with a context length of 32 tokens. Its weights
/// are large enough that its predictions differ clearly.
inline Decoder tiny_model(std::uint64_t seed, at::ScalarType dtype = at::kDouble) {
  ModelSpec spec;
  spec.vocab_size = 257;
  spec.hidden_size = 8;
  spec.intermediate_size = 12;
  spec.num_hidden_layers = 2;
  spec.num_attention_heads = 2;
  spec.num_key_value_heads = 1;
  spec.head_dim = 4;
  spec.max_position_embeddings = 32;
  spec.rotary_dim = 4;
  spec.initializer_range = 0.5;
  spec.kv_source_layers = {0, 0};
  Decoder model(spec, {.master = dtype, .compute = dtype});
  initialise(model, seed);
  return model;
}

/// A decoder that always predicts the uniform distribution.
inline Decoder uniform_model(at::ScalarType dtype = at::kDouble) {
  Decoder model = tiny_model(1, dtype);
  model.parameter_store().write([](const std::vector<Parameter>& parameters) {
    for (const auto& [name, value] : parameters) {
      if (name == "lm_head.weight") value.zero_();
    }
  });
  return model;
}

/// -ln p(target | tokens), from the model's logits.
inline double nats_of(const Decoder& model, const std::vector<std::int64_t>& tokens,
                      std::int64_t target) {
  const at::NoGradGuard no_gradients;
  const at::Tensor logits =
      model.logits(at::tensor(tokens, at::kLong).unsqueeze(0))[0][-1].to(at::kDouble);
  return (logits.exp().sum().log() - logits[target]).item<double>();
}

/// A process group with one rank.
inline ProcessGroup alone() { return ProcessGroup(LaunchEnvironment{}, at::kCPU); }

}  // namespace lamina
