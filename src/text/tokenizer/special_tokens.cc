#include "special_tokens.h"

#include <spdlog/fmt/fmt.h>

#include <span>

#include "lamina/core/error.h"
#include "lamina/core/json_lines.h"

namespace lamina {
namespace {

constexpr const char* kEnds[] = {"<|endoftext|>", "<|end_of_text|>", "</s>", "<eos>", "<|im_end|>"};
constexpr const char* kBeginnings[] = {"<|begin_of_text|>", "<s>", "<bos>"};

/// "token" or {"content": "token", ...}.
std::string name_in(const Json& file, const char* key) {
  const auto found = file.find(key);
  if (found == file.end()) return "";
  const auto content = found->is_object() ? found->find("content") : found;
  const bool named = !(found->is_object() && content == found->end()) && content->is_string();
  return named ? content->get<std::string>() : "";
}

std::optional<TokenId> first_known(std::span<const char* const> names, const IdOfToken& id_of) {
  for (const char* name : names) {
    if (const auto id = id_of(name)) return id;
  }
  return std::nullopt;
}

std::optional<TokenId> choose(const std::string& name, std::span<const char* const> otherwise,
                              const std::string& where, const IdOfToken& id_of) {
  if (name.empty()) return first_known(otherwise, id_of);
  const auto id = id_of(name);
  if (!id) {
    throw Error(
        fmt::format("{}: the files beside it name the token \"{}\", which it lacks", where, name));
  }
  return id;
}

/// The token that a TemplateProcessing puts in front of a text; "" where it puts none.
std::string first_of_template(const TokenizerFields& fields) {
  const FileJson& single = fields.raw("single");
  if (!single.is_array() || single.empty() || !single[0].is_object()) return "";
  if (single.back().is_object() && single.back().contains("SpecialToken")) {
    fields.fail("a token behind the text is not supported");
  }
  if (!single[0].contains("SpecialToken")) return "";
  return TokenizerFields(single[0], fields.path("single")).object("SpecialToken").text("id");
}

std::string token_in_front(const FileJson& json, const std::string& where) {
  if (json.is_null()) return "";
  const TokenizerFields fields(json, where);
  const std::string type = fields.type();
  if (type == "ByteLevel") return "";
  if (type == "TemplateProcessing") return first_of_template(fields);
  if (type != "Sequence") {
    fields.fail(
        fmt::format("type {} is not supported; ByteLevel, TemplateProcessing and Sequence "
                    "are",
                    type));
  }
  for (const FileJson& part : fields.raw("processors")) {
    const std::string token = token_in_front(part, fields.path("processors"));
    if (!token.empty()) return token;
  }
  return "";
}

}  // namespace

NamedTokens read_named_tokens(const std::filesystem::path& folder) {
  NamedTokens named;
  for (const char* name : kNamedTokenFiles) {
    if (!std::filesystem::exists(folder / name)) continue;
    const Json file = read_json(folder / name);
    if (!file.is_object()) throw Error((folder / name).string() + ": must be an object");
    if (named.end.empty()) named.end = name_in(file, "eos_token");
    if (named.beginning.empty()) named.beginning = name_in(file, "bos_token");
    const auto adds = file.find("add_bos_token");
    named.adds_beginning |= adds != file.end() && adds->is_boolean() && adds->get<bool>();
  }
  return named;
}

SpecialTokens choose_special_tokens(const NamedTokens& named, const FileJson& post_processor,
                                    const std::string& where, const IdOfToken& id_of) {
  const auto end = choose(named.end, kEnds, where, id_of);
  if (!end) {
    throw Error(
        fmt::format("{}: no token ends a document: add \"eos_token\" to a "
                    "tokenizer_config.json beside it",
                    where));
  }
  const std::string front = token_in_front(post_processor, where + ": post_processor");
  const auto beginning = choose(front.empty() ? named.beginning : front, kBeginnings, where, id_of);
  return {*end, beginning.value_or(*end), !front.empty()};
}

}  // namespace lamina
