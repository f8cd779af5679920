#include "lamina/data/token_file_facts.h"

#include <spdlog/fmt/fmt.h>

#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/json_lines.h"

namespace lamina {
namespace {

constexpr const char* kFormat = "lamina token file";
constexpr int kVersion = 1;

TokenFileFacts facts_of(const Json& json) {
  const Json& tokenizer = json.at("tokenizer");
  return {.tokenizer_name = tokenizer.at("name").get<std::string>(),
          .tokenizer_hash = tokenizer.at("hash").get<std::string>(),
          .vocab_size = tokenizer.at("vocab_size").get<std::int64_t>(),
          .num_tokens = json.at("num_tokens").get<std::int64_t>(),
          .num_documents = json.at("num_documents").get<std::int64_t>(),
          .text_bytes = json.at("text_bytes").get<std::int64_t>(),
          .words = json.at("words").get<std::int64_t>(),
          .source_hash = json.at("source_hash").get<std::string>(),
          .skipped_documents = json.value("skipped_documents", std::int64_t{0})};
}

TokenFileFacts facts_in(const std::string& text) {
  const Json json = Json::parse(text);
  if (json.at("format") != kFormat || json.at("version") != kVersion) {
    throw Error(fmt::format("got format {}, version {}; expected \"{}\", version {}",
                            json.at("format").dump(), json.at("version").dump(), kFormat,
                            kVersion));
  }
  return facts_of(json);
}

}  // namespace

std::string facts_text(const TokenFileFacts& facts) {
  const Json json{{"format", kFormat},
                  {"version", kVersion},
                  {"tokenizer",
                   {{"name", facts.tokenizer_name},
                    {"hash", facts.tokenizer_hash},
                    {"vocab_size", facts.vocab_size}}},
                  {"num_tokens", facts.num_tokens},
                  {"num_documents", facts.num_documents},
                  {"text_bytes", facts.text_bytes},
                  {"words", facts.words},
                  {"skipped_documents", facts.skipped_documents},
                  {"source_hash", facts.source_hash}};
  return json.dump(2) + "\n";
}

std::optional<TokenFileFacts> read_facts(const std::filesystem::path& prefix) {
  const auto path = with_ending(prefix, ".json");
  if (!std::filesystem::exists(path)) return std::nullopt;
  try {
    return facts_in(read_file(path));
  } catch (const std::exception& error) {
    throw Error(
        fmt::format("{}: invalid metadata of the token file {}: {}; rename the file if another "
                    "program wrote it",
                    path.string(), prefix.string(), json_reason(error)));
  }
}

std::filesystem::path with_ending(const std::filesystem::path& prefix, const char* ending) {
  return prefix.string() + ending;
}

}  // namespace lamina
