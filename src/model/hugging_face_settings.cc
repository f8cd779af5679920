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

/// Keys that say nothing about the function that a model computes from tokens to logits.
constexpr std::array kIrrelevantKeys{
    // the file and what runs it
    "architectures", "model_type", "_name_or_path", "name_or_path", "transformers_version", "dtype",
    "torch_dtype", "use_cache", "gradient_checkpointing", "chunk_size_feed_forward",
    "keys_to_ignore_at_inference", "_attn_implementation_autoset", "use_bfloat16", "torchscript",
    "return_dict", "output_attentions", "output_hidden_states", "is_decoder", "is_llama_config",
    "transformers.js_config", "tokenizer_class", "tf_legacy_loss", "unsloth_fixed",
    "unsloth_version",
    // tokens by name
    "bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "unk_token_id", "prefix",
    "decoder_start_token_id",
    // training: all of them are off when a model is evaluated
    "attention_dropout", "hidden_dropout", "classifier_dropout", "resid_pdrop",
    // heads for classification
    "id2label", "label2id", "num_labels", "problem_type", "finetuning_task", "task_specific_params",
    // defaults of `generate`
    "max_length", "min_length", "do_sample", "early_stopping", "num_beams", "num_beam_groups",
    "diversity_penalty", "temperature", "top_k", "top_p", "typical_p", "repetition_penalty",
    "length_penalty", "no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "bad_words_ids",
    "num_return_sequences", "output_scores", "return_dict_in_generate", "forced_bos_token_id",
    "forced_eos_token_id", "remove_invalid_values", "exponential_decay_length_penalty",
    "suppress_tokens", "begin_suppress_tokens"};

/// One config.json on its way into settings: knows which keys were looked at.
class Translation {
 public:
  explicit Translation(const Json& config)
      : config_(config), type_(config.at("model_type").get<std::string>()) {
    known_.insert(kIrrelevantKeys.begin(), kIrrelevantKeys.end());
  }

  /// The value of a key; none where it is absent or null.
  const Json* find(const char* key) {
    known_.insert(key);
    const auto found = config_.find(key);
    return found == config_.end() || found->is_null() ? nullptr : &*found;
  }

  void copy(std::initializer_list<const char*> keys) {
    for (const char* key : keys) {
      const Json* value = find(key);
      if (value == nullptr) fail(key, "is missing");
      settings[key] = *value;
    }
  }
  void copy_or(const char* key, const Json& absent) {
    const Json* value = find(key);
    settings[key] = value ? *value : absent;
  }

  /// Throws where the key is there with a value that is not among those.
  void allow(const char* key, const std::vector<Json>& allowed) {
    const Json* value = find(key);
    if (value && std::find(allowed.begin(), allowed.end(), *value) == allowed.end())
      wrong(key, *value, allowed);
  }

  [[noreturn]] void wrong(const std::string& key, const Json& value,
                          const std::vector<Json>& allowed) const {
    std::string text;
    for (const Json& one : allowed) text += (text.empty() ? "" : " or ") + one.dump();
    fail(key, fmt::format("got {}; {} is allowed in a {}", value.dump(), text, type_));
  }
  [[noreturn]] void fail(const std::string& key, const std::string& what) const {
    throw Error(ErrorPlace{"config.json", key}, what);
  }

  Json finish() const {
    for (const auto& [key, value] : config_.items()) {
      if (known_.contains(key) || value.is_null()) continue;
      fail(key, fmt::format("got {}; the key is unknown in a {} (remove it if it changes nothing)",
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

/// One quantity that several keys may give: they must agree.
class Agreed {
 public:
  Agreed(const Translation& translation, double absent)
      : translation_(translation), value_(absent) {}

  void take(const std::string& key, const Json& value) {
    if (!key_.empty() && value != value_) {
      translation_.fail(key,
                        fmt::format("got {}, but {} is {}", value.dump(), key_, value_.dump()));
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

/// The object `rope_parameters` or `rope_scaling`: no variant of the rotation is supported, so
/// every key must leave it as it is.
void read_rope_object(Translation& t, const std::string& object, const Json& parameters,
                      Agreed& theta, Agreed& factor) {
  if (!parameters.is_object()) t.wrong(object, parameters, {nullptr, Json::object()});
  for (const char* type : {"rope_type", "type"}) {
    const Json value = parameters.value(type, Json("default"));
    if (value != "default" && !value.is_null())
      t.wrong(fmt::format("{}.{}", object, type), value, {"default"});
  }
  for (const auto& [name, value] : parameters.items()) {
    const std::string key = fmt::format("{}.{}", object, name);
    if (name == "rope_theta") {
      theta.take(key, value);
    } else if (name == "partial_rotary_factor") {
      factor.take(key, value);
    } else if (name == "factor") {
      if (value.is_null() || value == 1) continue;
      t.fail(key, fmt::format("got {}; only 1, which scales nothing, is allowed where rope_type is "
                              "\"default\"",
                              value.dump()));
    } else if (name != "rope_type" && name != "type" && !value.is_null()) {
      t.fail(key,
             fmt::format("got {}; the key is unknown where rope_type is \"default\" (remove it "
                         "if it changes nothing)",
                         value.dump()));
    }
  }
}

/// Version 4 has the base (and in gpt_neox the turning share) among the other keys and an object
/// `rope_scaling` for variants; version 5 has all in an object `rope_parameters`.
void read_rotary(Translation& t, const std::vector<const char*>& theta_keys,
                 const std::vector<const char*>& factor_keys, double default_factor) {
  Agreed theta(t, 10000), factor(t, default_factor);
  for (const char* key : theta_keys) {
    if (const Json* value = t.find(key)) theta.take(key, *value);
  }
  for (const char* key : factor_keys) {
    if (const Json* value = t.find(key)) factor.take(key, *value);
  }
  for (const char* object : {"rope_parameters", "rope_scaling"}) {
    if (const Json* parameters = t.find(object))
      read_rope_object(t, object, *parameters, theta, factor);
  }
  t.settings["rope_theta"] = theta.value();
  t.settings["partial_rotary_factor"] = factor.value();
  if (default_factor == 1 && factor.value() != 1) t.wrong(factor.key(), factor.value(), {1});
}

/// Attention over a window of the last tokens is allowed where no sequence is longer than it.
void check_window(Translation& t, const Json* window) {
  const Json* longest = t.find("max_position_embeddings");
  if (window && longest && (!window->is_number() || *window < *longest)) {
    t.fail("sliding_window",
           fmt::format("got {}; null, or at least max_position_embeddings {}, is allowed",
                       window->dump(), longest->dump()));
  }
}

void read_any(Translation& t) {
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

void read_llama_like(Translation& t) {
  read_any(t);
  t.settings["norm"] = "rms";
  t.settings["mlp"] = "swiglu";
  t.copy_or("rms_norm_eps", 1e-6);
  t.copy_or("head_dim", nullptr);
  t.allow("hidden_act", {"silu", "swish"});
  read_rotary(t, {"rope_theta"}, {"partial_rotary_factor"}, 1);
  t.allow("rope_interleaved", {false});
}

void read_llama(Translation& t) {
  read_llama_like(t);
  t.copy_or("num_key_value_heads", nullptr);
  t.copy_or("attention_bias", false);
  t.copy_or("mlp_bias", false);
  t.allow("sliding_window", {nullptr});
}

void read_mistral(Translation& t, const Json& config) {
  read_llama_like(t);
  t.copy({"num_key_value_heads"});
  const Json absent = 4096;  // what transformers takes where the key is not there
  check_window(t, config.contains("sliding_window") ? t.find("sliding_window") : &absent);
}

void read_qwen(Translation& t) {
  read_llama_like(t);
  t.copy({"num_key_value_heads"});
  t.allow("use_mrope", {false});
  t.find("max_window_layers");  // of a window that is not used
  if (const Json* used = t.find("use_sliding_window"); used && *used != false) {
    check_window(t, t.find("sliding_window"));
  }
  t.find("sliding_window");
}

void read_qwen2(Translation& t) {
  read_qwen(t);
  t.settings["attention_bias"] = true;
  t.settings["attention_output_bias"] = false;
}

void read_qwen3(Translation& t) {
  read_qwen(t);
  t.copy({"head_dim"});
  t.copy_or("attention_bias", false);
  t.settings["qk_norm"] = true;
}

void read_gpt_neox(Translation& t) {
  read_any(t);
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
