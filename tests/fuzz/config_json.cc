#include "lamina/model/config_json.h"

#include <stdexcept>
#include <string_view>
#include <vector>

#include "lamina/core/error.h"

namespace lamina {

/// Parses the text as a config.json; only Error may be thrown. An accepted file, written and read
/// again, must give the same file.
void fuzz_config_json(std::string_view input) {
  Json config;
  try {
    config = Json::parse(input);
  } catch (const Json::exception&) {  // not JSON, or a number out of range
    return;
  }
  Json written;
  try {
    written = config_json(parse_config_json(config));
  } catch (const Error&) {
    return;
  }
  if (config_json(parse_config_json(written)) != written) throw std::logic_error(written.dump());
}

std::vector<std::string> seeds_config_json() {
  const std::string sizes =
      R"("vocab_size":64,"hidden_size":32,"intermediate_size":48,"num_hidden_layers":4,)"
      R"("num_attention_heads":4,"max_position_embeddings":64,)";
  return {R"({"model_type":"llama",)" + sizes +
              R"("rope_parameters":{"rope_theta":1e4,"rope_type":"default"},"head_dim":8})",
          R"({"model_type":"llama",)" + sizes +
              R"("rope_theta":1e4,"rope_scaling":null,"num_key_value_heads":2})",
          R"({"model_type":"mistral",)" + sizes + R"("num_key_value_heads":2,"sliding_window":64})",
          R"({"model_type":"qwen2",)" + sizes +
              R"("num_key_value_heads":2,"layer_types":["full_attention"]})",
          R"({"model_type":"qwen3",)" + sizes + R"("num_key_value_heads":2,"head_dim":16})",
          R"({"model_type":"gpt_neox",)" + sizes +
              R"("rotary_pct":0.25,"rotary_emb_base":10000,"use_parallel_residual":true})",
          R"({"model_type":"lamina","design":"H8-MQA-CLA2",)" + sizes +
              R"("num_key_value_heads":1,"kv_norm":"separate",)"
              R"("kv_sharing":{"layout":"map","kv_source_layers":[0,0,2,2]}})"};
}

}  // namespace lamina
