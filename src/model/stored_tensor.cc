#include "model/stored_tensor.h"

#include <array>
#include <utility>

namespace lamina {
namespace {

struct Rename {
  const char *lamina, *gpt_neox;
  int fused_part = -1;
};

constexpr std::array<Rename, 9> kGptNeoxNames{{{"model.embed_tokens", "gpt_neox.embed_in"},
                                               {"model.norm", "gpt_neox.final_layer_norm"},
                                               {"lm_head", "embed_out"},
                                               {"self_attn.q_proj", "attention.query_key_value", 0},
                                               {"self_attn.k_proj", "attention.query_key_value", 1},
                                               {"self_attn.v_proj", "attention.query_key_value", 2},
                                               {"self_attn.o_proj", "attention.dense"},
                                               {"mlp.up_proj", "mlp.dense_h_to_4h"},
                                               {"mlp.down_proj", "mlp.dense_4h_to_h"}}};

/// Replaces `from` by `to` if `from` occurs in `name` as complete dot-separated components.
bool replace_components(std::string& name, const std::string& from, const std::string& to) {
  const std::size_t at = name.find(from + ".");
  if (at == std::string::npos || (at > 0 && name[at - 1] != '.')) return false;
  name.replace(at, from.size(), to);
  return true;
}

}  // namespace

StoredTensor gpt_neox_tensor(const std::string& parameter) {
  StoredTensor stored{parameter};
  for (const Rename& rename : kGptNeoxNames) {
    if (replace_components(stored.name, rename.lamina, rename.gpt_neox)) {
      stored.fused_part = rename.fused_part;
      break;
    }
  }
  replace_components(stored.name, "model.layers", "gpt_neox.layers");
  return stored;
}

bool is_known_buffer(const std::string& name) {
  for (const char* buffer : {".rotary_emb.inv_freq", ".attention.bias", ".attention.masked_bias"}) {
    if (name.ends_with(buffer)) return true;
  }
  return false;
}

}  // namespace lamina
