#include "lamina/model/generate.h"

#include <ATen/Parallel.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

#include "apps/command.h"
#include "lamina/core/error.h"
#include "lamina/core/json_lines.h"
#include "lamina/core/live_lines.h"
#include "lamina/core/log.h"
#include "lamina/core/stop_signal.h"
#include "lamina/core/units.h"
#include "lamina/model/checkpoint_weights.h"
#include "lamina/model/config_json.h"
#include "lamina/model/stop_tokens.h"
#include "lamina/run/chosen_checkpoint.h"
#include "lamina/run/run_context.h"
#include "lamina/text/add_bos.h"
#include "lamina/text/continuation.h"
#include "lamina/text/tokenizer.h"
#include "lamina/text/utf8.h"
#include "lamina/train/checkpoint.h"

namespace lamina {
namespace {

using Ids = std::vector<std::int64_t>;

constexpr std::int64_t kDefaultNewTokens = 64;

/// The settings that change what `generate` does, and those that find a run.
constexpr std::array kSettings{"data.tokenizer", "train.device", "train.precision",
                               "train.threads",  "name",         "output"};

struct GenerateArguments {
  std::shared_ptr<ConfigArguments> config;
  std::string prompt;
  Ids prompt_ids;
  std::optional<std::int64_t> new_tokens;
};

/// None for a checkpoint that has no tokenizer in its folder, belongs to no run, and was given
/// none.
std::unique_ptr<Tokenizer> find_tokenizer(const ChosenCheckpoint& chosen) {
  const std::string& name = chosen.run.settings.data.tokenizer;
  const bool is_absent = name == chosen.folder.string() && tokenizer_file_in(name).empty();
  return is_absent ? nullptr : make_tokenizer(name);
}

Ids prompt_ids(const GenerateArguments& arguments, const Tokenizer* tokenizer) {
  if (!arguments.prompt_ids.empty()) return arguments.prompt_ids;
  if (tokenizer == nullptr) {
    throw UsageError(
        fmt::format("generate: {} has no tokenizer; name one with --tokenizer, or use --prompt-ids",
                    arguments.config->config));
  }
  std::vector<TokenId> encoded = encode_with_bos(*tokenizer, arguments.prompt, AddBos::kAuto);
  if (encoded.empty()) encoded.push_back(tokenizer->bos_id());
  return {encoded.begin(), encoded.end()};
}

/// As `generate` of transformers has them; where the checkpoint's files say none, the tokenizer's
/// EOS.
Ids stop_tokens(const ChosenCheckpoint& chosen, const ModelSpec& spec, const Tokenizer* tokenizer) {
  if (const auto said = read_stop_tokens(chosen.folder, spec.vocab_size)) return *said;
  return tokenizer ? Ids{tokenizer->eos_id()} : Ids{};
}

/// New tokens and what was measured on the way.
struct Generated {
  Ids ids;
  bool stopped = false;       ///< the last is a stop token
  double prompt_seconds = 0;  ///< reading the prompt, up to the first new token
  double decode_seconds = 0;  ///< all new tokens but the first
  std::int64_t cache_bytes = 0, cache_tokens = 0;

  /// A stop token is not part of the text, whatever it decodes to.
  std::span<const std::int64_t> text_ids() const {
    return std::span(ids).first(ids.size() - (stopped ? 1 : 0));
  }
};

/// Ends early with a stop token, which is the last of the ids then.
Generated generate(const Decoder& model, const Ids& prompt, std::int64_t num_new_tokens,
                   const Ids& stop_tokens) {
  Generated result;
  const double start = monotonic_seconds();
  GreedyDecoding decoding(model, prompt, num_new_tokens);
  result.prompt_seconds = monotonic_seconds() - start;
  const auto take = [&] {
    result.ids.push_back(decoding.token());
    result.stopped = std::ranges::find(stop_tokens, decoding.token()) != stop_tokens.end();
  };
  take();
  while (!result.stopped && std::ssize(result.ids) < num_new_tokens) {
    throw_if_stopped("while generating; no text is kept");
    decoding.advance();
    take();
  }
  result.decode_seconds = monotonic_seconds() - start - result.prompt_seconds;
  result.cache_bytes = decoding.cache().allocated_bytes();
  result.cache_tokens = decoding.cache().capacity();
  return result;
}

/// The requested number, else the default, or fewer if the model has fewer positions left.
std::int64_t num_new_tokens(const GenerateArguments& arguments, const ModelSpec& spec,
                            const Ids& prompt) {
  if (arguments.new_tokens) return *arguments.new_tokens;
  const std::int64_t room = spec.max_position_embeddings - std::ssize(prompt) + 1;
  return std::clamp<std::int64_t>(room, 1, kDefaultNewTokens);
}

Json to_json(const Decoder& model, const Ids& prompt, const Generated& generated) {
  const double num_decoded = static_cast<double>(generated.ids.size()) - 1;
  return {
      {"design", model.spec().design},
      {"device", c10::DeviceTypeName(model.placement().device.type(), true)},
      {"precision", model.placement().compute == at::kBFloat16 ? "bf16" : "float32"},
      {"threads", at::get_num_threads()},
      {"prompt_ids", prompt},
      {"ids", generated.ids},
      {"finish_reason", generated.stopped ? "eos_token" : "length"},
      {"prompt_tokens_per_second", static_cast<double>(prompt.size()) / generated.prompt_seconds},
      {"tokens_per_second",
       num_decoded > 0 ? Json(num_decoded / generated.decode_seconds) : Json()},
      {"kv_cache_bytes", generated.cache_bytes},
      {"kv_cache_tokens", generated.cache_tokens},
      {"kv_cache_bytes_per_token", generated.cache_bytes / generated.cache_tokens}};
}

std::string measured_text(const Json& result) {
  std::string text = fmt::format("\n{} new tokens", result["ids"].size());
  if (!result["tokens_per_second"].is_null())
    text += fmt::format(", {:.1f} tokens/s", result["tokens_per_second"].get<double>());
  return text +
         fmt::format(" (prompt of {}: {:.1f} tokens/s); KV cache {} for {} tokens, {} bytes each\n",
                     result["prompt_ids"].size(), result["prompt_tokens_per_second"].get<double>(),
                     readable_bytes(result["kv_cache_bytes"].get<double>()),
                     result["kv_cache_tokens"].get<std::int64_t>(),
                     grouped(result["kv_cache_bytes_per_token"].get<std::int64_t>()));
}

/// The prompt as it was given, or as its tokens read, without a character that the continuation
/// ends.
std::string prompt_text(const GenerateArguments& arguments, const Tokenizer& tokenizer,
                        const Ids& prompt) {
  const std::string text =
      arguments.prompt_ids.empty() ? arguments.prompt : decode_any(tokenizer, prompt);
  return replace_invalid_utf8(std::string_view(text).substr(0, incomplete_character_start(text)));
}

ChosenCheckpoint find_checkpoint(const ConfigArguments& config) {
  if (!std::filesystem::exists(config.config)) {
    throw UsageError(fmt::format("generate: {}: no such file or folder", config.config));
  }
  allow_overrides(config.overrides, kSettings, "generate");
  return choose_checkpoint(config.config, {}, config.overrides);
}

int run_generate(const GenerateArguments& arguments) {
  const ChosenCheckpoint chosen = find_checkpoint(*arguments.config);
  check_checkpoint(chosen.folder);
  const auto tokenizer = find_tokenizer(chosen);
  const Ids prompt = prompt_ids(arguments, tokenizer.get());
  Decoder model(read_config_json(chosen.folder),
                set_threads_and_choose_placement(chosen.run.settings.train, 0));
  read_weights(chosen.folder, model);
  log_info("{} in {}: {}", chosen.folder.string(), enum_name(chosen.run.settings.train.precision),
           chosen.run.precision_reason);
  const Generated generated =
      generate(model, prompt, num_new_tokens(arguments, model.spec(), prompt),
               stop_tokens(chosen, model.spec(), tokenizer.get()));
  Json result = to_json(model, prompt, generated);
  if (tokenizer) result["text"] = continuation_text(*tokenizer, prompt, generated.text_ids());
  if (arguments.config->json) {
    std::puts(result.dump().c_str());
    return kExitGood;
  }
  const std::string text =
      tokenizer ? prompt_text(arguments, *tokenizer, prompt) + result["text"].get<std::string>()
                : fmt::format("{}", fmt::join(generated.ids, " "));
  std::fputs((text + "\n" + measured_text(result)).c_str(), stdout);
  return kExitGood;
}

}  // namespace

void add_generate(CLI::App& program, Action& action) {
  CLI::App* command = add_torch_command(program, "generate");
  const auto arguments = std::make_shared<GenerateArguments>();
  arguments->config = add_config_arguments(*command);
  command->get_option("config")->description(
      "configuration file, folder of a run or of a checkpoint (ours or Hugging Face's)");
  command->footer([] {
    return fmt::format("Settings: {}; see lamina train --help", fmt::join(kSettings, ", "));
  });
  add_checkpoint_settings(*command, *arguments->config);
  CLI::Option* prompt = command->add_option("--prompt", arguments->prompt, "text to continue");
  CLI::Option* ids =
      command->add_option("--prompt-ids", arguments->prompt_ids, "tokens to continue: 12,7,300")
          ->delimiter(',')
          ->allow_extra_args(false)
          ->excludes(prompt);
  command
      ->add_option("--new-tokens", arguments->new_tokens,
                   fmt::format("tokens to add, at most; default {}, or as many as the model has "
                               "positions for",
                               kDefaultNewTokens))
      ->check(CLI::Range(1, 1 << 30));
  command->callback([=, &action] {
    if (prompt->empty() && ids->empty())
      throw UsageError("generate: needs --prompt or --prompt-ids");
    take_named_settings(*arguments->config);
    action = [=] { return run_generate(*arguments); };
  });
}

}  // namespace lamina
