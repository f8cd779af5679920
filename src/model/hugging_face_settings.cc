#include "model/hugging_face_settings.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <vector>

#include "lamina/core/error.h"

namespace lamina {
namespace {

/// Keys without effect on the function from tokens to logits.
constexpr std::array kKeysWithoutEffect{
    // about the file and the library
    "architectures", "model_type", "_name_or_path", "name_or_path", "transformers_version", "dtype",
    "torch_dtype", "use_cache", "gradient_checkpointing", "chunk_size_feed_forward",
    "keys_to_ignore_at_inference", "_attn_implementation_autoset", "use_bfloat16", "torchscript",
    "return_dict", "output_attentions", "output_hidden_states", "is_decoder", "is_llama_config",
    "transformers.js_config", "tokenizer_class", "tf_legacy_loss", "unsloth_fixed",
    "unsloth_version",
    // special tokens
    "bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "unk_token_id", "prefix",
    "decoder_start_token_id",
    // dropout, which is off in evaluation
    "attention_dropout", "hidden_dropout", "classifier_dropout", "resid_pdrop",
    // classification heads
    "id2label", "label2id", "num_labels", "problem_type", "finetuning_task", "task_specific_params",
    // defaults of `generate`
    "max_length", "min_length", "do_sample", "early_stopping", "num_beams", "num_beam_groups",
    "diversity_penalty", "temperature", "top_k", "top_p", "typical_p", "repetition_penalty",
    "length_penalty", "no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "bad_words_ids",
    "num_return_sequences", "output_scores", "return_dict_in_generate", "forced_bos_token_id",
    "forced_eos_token_id", "remove_invalid_values", "exponential_decay_length_penalty",
    "suppress_tokens", "begin_suppress_tokens"};

/// The translation of one config.json to settings; records which keys were read.
class Translation {
 public:
  explicit Translation(const Json& config)
      : config_(config), type_(config.at("model_type").get<std::string>()) {
    known_.insert(kKeysWithoutEffect.begin(), kKeysWithoutEffect.end());
  }

  /// The value of a key; nullptr if it is absent or null.
  const Json* find(const char* key) {
    known_.insert(key);
    const auto found = config_.find(key);
    return found == config_.end() || found->is_null() ? nullptr : &*found;
  }

  /// Copies required keys; throws Error if one is missing.
  void copy(std::initializer_list<const char*> keys) {
    for (const char* key : keys) {
      const Json* value = find(key);
      if (value == nullptr) fail(key, "is missing");
      settings[key] = *value;
    }
  }
  /// Copies an optional key with the default of `transformers`.
  void copy_or(const char* key, const Json& default_value) {
    const Json* value = find(key);
    settings[key] = value ? *value : default_value;
  }

  /// Throws Error if the key is present with a value that is not in `allowed`.
  void allow(const char* key, const std::vector<Json>& allowed) {
    const Json* value = find(key);
    if (value && std::find(allowed.begin(), allowed.end(), *value) == allowed.end())
      wrong(key, *value, allowed);
  }

  [[noreturn]] void wrong(const std::string& key, const Json& value,
                          const std::vector<Json>& allowed) const {
    std::string text;
    for (const Json& one : allowed) text += (text.empty() ? "" : " or ") + one.dump();
    fail(key, fmt::format("got {}; expected {} for model_type {}", value.dump(), text, type_));
  }
  [[noreturn]] void fail(const std::string& key, const std::string& what) const {
    throw Error(ErrorPlace{"config.json", key}, what);
  }

  /// The settings; throws Error if a key was not read and is not known to have no effect.
  Json finish() const {
    for (const auto& [key, value] : config_.items()) {
      if (known_.contains(key) || value.is_null()) continue;
      fail(key, fmt::format("got {}; unknown key for model_type {} (remove it if it has no effect)",
                            value.dump(), type_));
    }
    return settings;
  }

  Json settings = Json::object();

 private:
  const Json& config_;
  std::string type_;
  std::set<std::string> known_;
};

/// A value that several keys may set; all that are present must be equal.
class ConsistentValue {
 public:
  ConsistentValue(const Translation& translation, double default_value)
      : translation_(translation), value_(default_value) {}

  void set(const std::string& key, const Json& value) {
    if (!key_.empty() && value != value_) {
      translation_.fail(key, fmt::format("got {}; expected {}, the value of {}", value.dump(),
                                         value_.dump(), key_));
    }
    key_ = key;
    value_ = value;
  }
  const Json& value() const { return value_; }
  const std::string& key() const { return key_; }

 private:
  const Translation& translation_;
  std::string key_;
  Json value_;
};

/// Reads the object `rope_parameters` or `rope_scaling`. Scaled variants of the rotation are not
/// supported, so every other key must have its neutral value.
void read_rope_object(Translation& t, const std::string& object, const Json& parameters,
                      ConsistentValue& theta, ConsistentValue& factor) {
  if (!parameters.is_object()) t.wrong(object, parameters, {nullptr, Json::object()});
  for (const char* type : {"rope_type", "type"}) {
    const Json value = parameters.value(type, Json("default"));
    if (value != "default" && !value.is_null())
      t.wrong(fmt::format("{}.{}", object, type), value, {"default"});
  }
  for (const auto& [name, value] : parameters.items()) {
    const std::string key = fmt::format("{}.{}", object, name);
    if (name == "rope_theta") {
      theta.set(key, value);
    } else if (name == "partial_rotary_factor") {
      factor.set(key, value);
    } else if (name == "factor") {
      if (value.is_null() || value == 1) continue;
      t.fail(key, fmt::format("got {}; expected 1 (no scaling) with rope_type \"default\"",
                              value.dump()));
    } else if (name != "rope_type" && name != "type" && !value.is_null()) {
      t.fail(key,
             fmt::format(
                 "got {}; unknown key with rope_type \"default\" (remove it if it has no effect)",
                 value.dump()));
    }
  }
}

/// Reads rope_theta and partial_rotary_factor. Version 4 has them as top-level keys, and variants
/// in an object `rope_scaling`; version 5 has all of them in an object `rope_parameters`.
void read_rotary(Translation& t, const std::vector<const char*>& theta_keys,
                 const std::vector<const char*>& factor_keys, double default_factor) {
  ConsistentValue theta(t, 10000), factor(t, default_factor);
  for (const char* key : theta_keys) {
    if (const Json* value = t.find(key)) theta.set(key, *value);
  }
  for (const char* key : factor_keys) {
    if (const Json* value = t.find(key)) factor.set(key, *value);
  }
  for (const char* object : {"rope_parameters", "rope_scaling"}) {
    if (const Json* parameters = t.find(object))
      read_rope_object(t, object, *parameters, theta, factor);
  }
  t.settings["rope_theta"] = theta.value();
  t.settings["partial_rotary_factor"] = factor.value();
  if (default_factor == 1 && factor.value() != 1) t.wrong(factor.key(), factor.value(), {1});
}

/// Sliding-window attention is not supported, so the window must not be shorter than the maximum
/// sequence length.
void check_window(Translation& t, const Json* window) {
  const Json* max_positions = t.find("max_position_embeddings");
  if (window && max_positions && (!window->is_number() || *window < *max_positions)) {
    t.fail("sliding_window",
           fmt::format("got {}; expected null or at least max_position_embeddings {}",
                       window->dump(), max_positions->dump()));
  }
}

/// Reads the keys that all architectures have.
void read_common_keys(Translation& t) {
  t.copy({"vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
          "num_attention_heads", "max_position_embeddings"});
  t.copy_or("initializer_range", 0.02);
  t.copy_or("tie_word_embeddings", false);
  for (const char* key : {"is_encoder_decoder", "add_cross_attention", "tie_encoder_decoder"})
    t.allow(key, {false});
  for (const char* key : {"quantization_config", "auto_map"}) t.allow(key, {nullptr});
  t.allow("pruned_heads", {Json::object()});
  t.allow("pretraining_tp", {1});
  t.settings["kv_norm"] = "shared";
  if (const Json* types = t.find("layer_types")) {
    for (const Json& type : *types) {
      if (type != "full_attention") t.wrong("layer_types", type, {"full_attention"});
    }
  }
}

/// RMS norm, SwiGLU and full rotation: Llama, Mistral and Qwen.
void read_llama_like(Translation& t) {
  read_common_keys(t);
  t.settings["norm"] = "rms";
  t.settings["mlp"] = "swiglu";
  t.copy_or("rms_norm_eps", 1e-6);
  t.copy_or("head_dim", nullptr);
  t.allow("hidden_act", {"silu", "swish"});
  read_rotary(t, {"rope_theta"}, {"partial_rotary_factor"}, 1);
  t.allow("rope_interleaved", {false});
}

/// LlamaConfig: biases are optional.
void read_llama(Translation& t) {
  read_llama_like(t);
  t.copy_or("num_key_value_heads", nullptr);
  t.copy_or("attention_bias", false);
  t.copy_or("mlp_bias", false);
  t.allow("sliding_window", {nullptr});
}

/// MistralConfig: a Llama without biases, with a sliding window by default.
void read_mistral(Translation& t, const Json& config) {
  read_llama_like(t);
  t.copy({"num_key_value_heads"});
  const Json default_window = 4096;  // of transformers
  check_window(t, config.contains("sliding_window") ? t.find("sliding_window") : &default_window);
}

/// Qwen2Config and Qwen3Config: the window is used only if use_sliding_window is true.
void read_qwen(Translation& t) {
  read_llama_like(t);
  t.copy({"num_key_value_heads"});
  t.allow("use_mrope", {false});
  t.find("max_window_layers");  // has no effect without a window
  if (const Json* used = t.find("use_sliding_window"); used && *used != false) {
    check_window(t, t.find("sliding_window"));
  }
  t.find("sliding_window");
}

/// Qwen 2 always has biases on Q, K and V, and none elsewhere.
void read_qwen2(Translation& t) {
  read_qwen(t);
  t.settings["attention_bias"] = true;
  t.settings["attention_output_bias"] = false;
}

/// Qwen 3 always has a norm on each head of Q and K.
void read_qwen3(Translation& t) {
  read_qwen(t);
  t.copy({"head_dim"});
  t.copy_or("attention_bias", false);
  t.settings["qk_norm"] = true;
}

/// GPTNeoXConfig: layer norm, GELU, biases, partial rotation, parallel blocks by default.
void read_gpt_neox(Translation& t) {
  read_common_keys(t);
  t.settings["norm"] = "layer";
  t.copy_or("layer_norm_eps", 1e-5);
  t.copy_or("attention_bias", true);
  t.settings["mlp_bias"] = true;
  t.allow("hidden_act", {"gelu", "gelu_new", "gelu_fast", "gelu_pytorch_tanh"});
  const Json* activation = t.find("hidden_act");
  t.settings["mlp"] = activation && *activation != "gelu" ? "gelu_tanh" : "gelu";
  t.allow("use_parallel_residual", {true, false});
  const Json* parallel = t.find("use_parallel_residual");
  t.settings["block"] = parallel && *parallel == false ? "sequential" : "parallel";
  read_rotary(t, {"rope_theta", "rotary_emb_base"}, {"partial_rotary_factor", "rotary_pct"}, 0.25);
}

}  // namespace

Json settings_of_hugging_face(const Json& config) {
  Translation translation(config);
  const std::string type = config.at("model_type").get<std::string>();
  if (type == "llama") {
    read_llama(translation);
  } else if (type == "mistral") {
    read_mistral(translation, config);
  } else if (type == "qwen2") {
    read_qwen2(translation);
  } else if (type == "qwen3") {
    read_qwen3(translation);
  } else if (type == "gpt_neox") {
    read_gpt_neox(translation);
  } else {
    throw Error(ErrorPlace{"config.json", "model_type"},
                fmt::format("got \"{}\"; expected one of gpt_neox, lamina, llama, mistral, qwen2, "
                            "qwen3",
                            type));
  }
  return translation.finish();
}

}  // namespace lamina
