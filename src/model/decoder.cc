#include "lamina/model/decoder.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace lamina {
namespace {

std::vector<Block> make_blocks(ParameterStore& store, const ModelSpec& spec) {
  std::vector<Block> blocks;
  blocks.reserve(static_cast<std::size_t>(spec.num_hidden_layers));
  for (std::int64_t layer = 0; layer < spec.num_hidden_layers; ++layer) {
    blocks.emplace_back(store, spec, layer);
  }
  return blocks;
}

}  // namespace

Decoder::Decoder(const ModelSpec& spec, const Placement& placement)
    : spec_(spec),
      store_(placement),
      rotary_(spec.max_position_embeddings, spec.rotary_dim, spec.rope_theta,
              placement.master_options()),
      embedding_(store_, "model.embed_tokens", spec.vocab_size, spec.hidden_size),
      blocks_(make_blocks(store_, spec)),
      norm_(store_, "model.norm", spec),
      head_(spec.tie_word_embeddings
                ? LmHead(store_, embedding_)
                : LmHead(store_, "lm_head", spec.vocab_size, spec.hidden_size)) {}

at::Tensor Decoder::hidden(const at::Tensor& tokens, KvCache* cache) const {
  const std::int64_t begin = cache ? cache->length() : 0, num_tokens = tokens.size(1);
  TORCH_CHECK(begin + num_tokens <= spec_.max_position_embeddings, "[decoder] expected at most ",
              spec_.max_position_embeddings, " positions but got ", begin + num_tokens);
  const RotaryTable rotary = rotary_.from(begin, num_tokens);
  // kept[i]: keys and values of source layer i, which its readers attend to; empty for readers.
  std::vector<KeysValues> kept(blocks_.size());
  at::Tensor x = embedding_.forward(tokens);
  for (std::size_t layer = 0; layer < blocks_.size(); ++layer) {
    x = blocks_[layer].forward(x, rotary, [&](std::optional<KeysValues> own) -> const KeysValues& {
      if (own) kept[layer] = cache ? cache->append(static_cast<std::int64_t>(layer), *own) : *own;
      return kept[static_cast<std::size_t>(spec_.kv_source_layers[layer])];
    });
  }
  if (cache) cache->advance(num_tokens);
  return norm_.forward(x);
}

at::Tensor Decoder::logits(const at::Tensor& tokens, KvCache* cache) const {
  return head_.logits(hidden(tokens, cache));
}

at::Tensor Decoder::loss(const at::Tensor& tokens, double scale) const {
  const std::int64_t num_inputs = tokens.size(1) - 1;
  const at::Tensor x_ND = hidden(tokens.narrow(1, 0, num_inputs)).flatten(0, 1);
  return head_.loss(x_ND, tokens.narrow(1, 1, num_inputs).reshape(-1), scale);
}

at::Tensor Decoder::token_losses(const at::Tensor& tokens) const {
  const at::NoGradGuard no_gradients;
  const std::int64_t num_inputs = tokens.size(1) - 1;
  const at::Tensor x_ND = hidden(tokens.narrow(1, 0, num_inputs)).flatten(0, 1);
  const at::Tensor targets_N = tokens.narrow(1, 1, num_inputs).flatten().cpu();
  const TargetScores scored = head_.scores(x_ND, at::arange(targets_N.numel()), targets_N);
  return scored.log_probabilities_N.neg().view({tokens.size(0), num_inputs});
}

}  // namespace lamina
