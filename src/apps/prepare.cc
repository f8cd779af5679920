#include <spdlog/fmt/fmt.h>

#include <cstdio>

#include "apps/command.h"
#include "lamina/core/error.h"
#include "lamina/core/json_lines.h"
#include "lamina/core/live_lines.h"
#include "lamina/core/units.h"
#include "lamina/data/prepare.h"
#include "lamina/data/token_file.h"
#include "lamina/run/run_settings.h"

namespace lamina {
namespace {

Json describe(const std::filesystem::path& prefix, std::int64_t vocab_size) {
  const TokenFile file(prefix, vocab_size);
  Json json{{"prefix", prefix.string()},
            {"tokens", file.num_tokens()},
            {"documents", file.num_documents()}};
  if (file.facts()) {
    json["bytes"] = file.facts()->text_bytes;
    json["skipped_documents"] = file.facts()->skipped_documents;
  }
  return json;
}

std::string to_text(const char* part, const Json& file) {
  return fmt::format(
      "{:<10} {}: {} tokens, {} documents, {}\n", part, file["prefix"].get<std::string>(),
      grouped(file["tokens"]), grouped(file["documents"]),
      file.contains("bytes") ? readable_bytes(file["bytes"]) : "size of the text unknown");
}

int prepare(const ConfigArguments& arguments, const std::string& output) {
  if (output.ends_with('/')) {
    throw UsageError(
        fmt::format("--output: \"{}\" is a folder; name the files too, as {}NAME", output, output));
  }
  const Run run = load_run(arguments.config, arguments.overrides);
  const double start = monotonic_seconds();
  const PreparedData data =
      in_section("data", [&] { return prepare_cached(run.settings.data, output); });
  Json json{{"hash", data.hash}};
  std::string text;
  for (const auto& [part, prefixes] :
       {std::pair{"train", data.train}, {"validation", data.validation}}) {
    json[part] = Json::array();
    for (const auto& prefix : prefixes) {
      json[part].push_back(describe(prefix, data.vocab_size));
      text += to_text(part, json[part].back());
    }
  }
  json["seconds"] = monotonic_seconds() - start;
  std::fputs((arguments.json ? json.dump() + "\n" : text).c_str(), stdout);
  return 0;
}

}  // namespace

void add_prepare(CLI::App& program, Action& action) {
  CLI::App* command = add_torch_command(program, "prepare");
  const auto arguments = add_config_arguments(*command);
  const auto output = std::make_shared<std::string>();
  command->add_option("--output", *output,
                      "write PREFIX-train and PREFIX-validation, not into the cache (data.cache)");
  command->callback([=, &action] { action = [=] { return prepare(*arguments, *output); }; });
}

}  // namespace lamina
