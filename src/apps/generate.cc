#include "lamina/model/generate.h"

#include <ATen/Parallel.h>
#include <spdlog/fmt/fmt.h>

#include <cstdio>

#include "apps/command.h"
#include "lamina/core/error.h"
#include "lamina/core/json_lines.h"
#include "lamina/core/live_lines.h"
#include "lamina/core/stop_signal.h"
#include "lamina/core/units.h"
#include "lamina/model/checkpoint_weights.h"
#include "lamina/model/config_json.h"
#include "lamina/text/tokenizer.h"
#include "lamina/train/checkpoint.h"
#include "lamina/train/hardware.h"

namespace lamina {
namespace {

using Ids = std::vector<std::int64_t>;

struct GenerateArguments {
  std::string checkpoint;
  std::string prompt;
  Ids prompt_ids;
  std::int64_t new_tokens = 64;
  std::string tokenizer;
  std::string precision = "float32";
  std::int64_t threads = 0;
  bool json = false;
};

/// The tokenizer that was named or lies in the checkpoint's folder; none where there is neither.
std::unique_ptr<Tokenizer> find_tokenizer(const GenerateArguments& arguments) {
  if (!arguments.tokenizer.empty()) return make_tokenizer(arguments.tokenizer);
  const auto own = tokenizer_file_in(arguments.checkpoint);
  return own.empty() ? nullptr : make_tokenizer(own.string());
}

Ids prompt_ids(const GenerateArguments& arguments, const Tokenizer* tokenizer) {
  if (!arguments.prompt_ids.empty()) return arguments.prompt_ids;
  if (tokenizer == nullptr) {
    throw UsageError(
        fmt::format("generate: {} has no tokenizer; name one with --tokenizer, or use --prompt-ids",
                    arguments.checkpoint));
  }
  std::vector<TokenId> encoded;
  tokenizer->encode(arguments.prompt, encoded);
  Ids ids(encoded.begin(), encoded.end());
  const bool begins = !ids.empty() && ids.front() == tokenizer->beginning();
  if (ids.empty() || (tokenizer->adds_beginning() && !begins)) {
    ids.insert(ids.begin(), tokenizer->beginning());
  }
  return ids;
}

/// Rows of the vocabulary behind the tokenizer's last stand for no text: they are shown as U+FFFD.
std::string text_of(const Ids& ids, const Tokenizer& tokenizer) {
  std::string text;
  std::vector<TokenId> known;  // decoded together: a character may span tokens
  const auto flush = [&] {
    text += tokenizer.decode(known);
    known.clear();
  };
  for (const std::int64_t id : ids) {
    if (id < tokenizer.vocab_size()) {
      known.push_back(static_cast<TokenId>(id));
    } else {
      flush();
      text += "\xef\xbf\xbd";
    }
  }
  flush();
  return text;
}

/// New tokens and what was measured on the way.
struct Generated {
  Ids ids;
  double prompt_seconds = 0;  ///< reading the prompt, up to the first new token
  double decode_seconds = 0;  ///< all new tokens but the first
  std::int64_t cache_bytes = 0, cache_tokens = 0;
};

/// Ends early behind the end of a document, if there is a tokenizer to say what that is.
Generated generate(const Decoder& model, const Ids& prompt, std::int64_t num_new_tokens,
                   const Tokenizer* tokenizer) {
  Generated result;
  const double start = monotonic_seconds();
  GreedyDecoding decoding(model, prompt, num_new_tokens);
  result.prompt_seconds = monotonic_seconds() - start;
  result.ids.push_back(decoding.token());
  while (std::ssize(result.ids) < num_new_tokens &&
         !(tokenizer && result.ids.back() == tokenizer->end_of_document())) {
    throw_if_stopped("while generating; no text is kept");
    decoding.advance();
    result.ids.push_back(decoding.token());
  }
  result.decode_seconds = monotonic_seconds() - start - result.prompt_seconds;
  result.cache_bytes = decoding.cache().allocated_bytes();
  result.cache_tokens = decoding.cache().capacity();
  return result;
}

Json to_json(const Decoder& model, const Ids& prompt, const Generated& generated) {
  const double num_decoded = static_cast<double>(generated.ids.size()) - 1;
  return {
      {"design", model.spec().design},
      {"precision", model.placement().compute == at::kBFloat16 ? "bf16" : "float32"},
      {"threads", at::get_num_threads()},
      {"prompt_ids", prompt},
      {"ids", generated.ids},
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

/// The newest checkpoint of a run's folder, else the folder itself.
std::filesystem::path find_checkpoint(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder)) {
    throw UsageError(fmt::format("generate: {}: no such folder", folder.string()));
  }
  return std::filesystem::exists(folder / "config.yaml") ? newest_checkpoint(folder) : folder;
}

int run_generate(GenerateArguments arguments) {
  arguments.checkpoint = find_checkpoint(arguments.checkpoint).string();
  check_checkpoint(arguments.checkpoint);
  const auto tokenizer = find_tokenizer(arguments);
  const Ids prompt = prompt_ids(arguments, tokenizer.get());
  TrainSettings settings;
  settings.precision = arguments.precision == "bf16" ? Precision::kBf16 : Precision::kFloat32;
  if (arguments.threads > 0) at::set_num_threads(static_cast<int>(arguments.threads));
  const Decoder model(read_config_json(arguments.checkpoint), choose_placement(settings, 0));
  read_weights(arguments.checkpoint, model);
  const Generated generated = generate(model, prompt, arguments.new_tokens, tokenizer.get());
  Json result = to_json(model, prompt, generated);
  if (tokenizer) result["text"] = text_of(generated.ids, *tokenizer);
  if (arguments.json) {
    std::puts(result.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
    return kExitGood;
  }
  const std::string text = tokenizer ? arguments.prompt + result["text"].get<std::string>()
                                     : fmt::format("{}", fmt::join(generated.ids, " "));
  std::fputs((text + "\n" + measured_text(result)).c_str(), stdout);
  return kExitGood;
}

}  // namespace

void add_generate(CLI::App& program, Action& action) {
  CLI::App* command = add_torch_command(program, "generate");
  const auto arguments = std::make_shared<GenerateArguments>();
  command
      ->add_option("checkpoint", arguments->checkpoint,
                   "folder of a run, or of config.json and weights")
      ->required();
  CLI::Option* prompt = command->add_option("--prompt", arguments->prompt, "text to continue");
  CLI::Option* ids =
      command->add_option("--prompt-ids", arguments->prompt_ids, "tokens to continue: 12,7,300")
          ->delimiter(',')
          ->excludes(prompt);
  command->add_option("--new-tokens", arguments->new_tokens, "tokens to add, at most")
      ->check(CLI::Range(1, 1 << 30))
      ->capture_default_str();
  command->add_option(
      "--tokenizer", arguments->tokenizer,
      "a tokenizer.json, a SentencePiece .model, or bytes; default: the checkpoint's. With "
      "one, the end of a document ends the text");
  command->add_option("--precision", arguments->precision, "of matrix products")
      ->check(CLI::IsMember({"float32", "bf16"}))
      ->capture_default_str();
  command->add_option("--threads", arguments->threads, "CPU threads; 0: all cores")
      ->check(CLI::Range(0, 4096))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "one JSON object on standard output");
  command->callback([=, &action] {
    if (prompt->empty() && ids->empty())
      throw UsageError("generate: needs --prompt or --prompt-ids");
    action = [=] { return run_generate(*arguments); };
  });
}

}  // namespace lamina
