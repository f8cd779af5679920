#include "special_tokens.h"

#include <spdlog/fmt/fmt.h>

#include <span>

#include "lamina/core/error.h"
#include "lamina/core/json_lines.h"

namespace lamina {
namespace {

constexpr const char* kEosNames[] = {"<|endoftext|>", "<|end_of_text|>", "</s>", "<eos>",
                                     "<|im_end|>"};
constexpr const char* kBosNames[] = {"<|begin_of_text|>", "<s>", "<bos>"};

[[noreturn]] void fail_key(const std::string& where, const char* key, const Json& value,
                           const char* allowed) {
  throw Error(fmt::format("{}: {}: got {}; expected {}", where, key, value.dump(), allowed));
}

/// Reads "token", {"content": "token", ...} or null; nothing if the key is absent.
std::optional<std::string> token_at(const Json& file, const char* key, const std::string& where) {
  const auto found = file.find(key);
  if (found == file.end()) return std::nullopt;
  const Json& value =
      found->is_object() && found->contains("content") ? (*found)["content"] : *found;
  if (value.is_null()) return "";
  if (!value.is_string()) {
    fail_key(where, key, *found, "a token's text, an object with its \"content\", or null");
  }
  return value.get<std::string>();
}

std::optional<bool> flag_at(const Json& file, const char* key, const std::string& where) {
  const auto found = file.find(key);
  if (found == file.end() || found->is_null()) return std::nullopt;
  if (!found->is_boolean()) fail_key(where, key, *found, "true, false or null");
  return found->get<bool>();
}

std::optional<TokenId> first_known(std::span<const char* const> names, const IdOfToken& id_of) {
  for (const char* name : names) {
    if (const auto id = id_of(name)) return id;
  }
  return std::nullopt;
}

/// The id of a named token; nothing for "".
std::optional<TokenId> named_id(const std::string& name, const char* key, const std::string& where,
                                const TokenLookup& lookup) {
  if (name.empty()) return std::nullopt;
  if (const auto id = lookup.any(name)) return id;
  throw Error(fmt::format("{}: {} is \"{}\", which is not in the vocabulary", where, key, name));
}

TokenId choose_eos(const NamedTokens& named, const std::string& where, const TokenLookup& lookup) {
  auto eos = named_id(named.eos.value_or(""), "eos_token", where, lookup);
  if (!eos) eos = first_known(kEosNames, lookup.special);
  if (eos) return *eos;
  throw Error(
      fmt::format("{}: no EOS token; add \"eos_token\" to a tokenizer_config.json in the same "
                  "folder",
                  where));
}

std::optional<TokenId> choose_bos(const NamedTokens& named, const std::string& declared,
                                  const std::string& where, const TokenLookup& lookup) {
  if (named.bos) return named_id(*named.bos, "bos_token", where, lookup);
  if (!declared.empty()) return named_id(declared, "the BOS token", where, lookup);
  return first_known(kBosNames, lookup.special);
}

/// The token that a TemplateProcessing prepends to a text; "" if it prepends none.
std::string first_of_template(const TokenizerFields& fields) {
  const FileJson& single = fields.raw("single");
  if (!single.is_array() || single.empty() || !single[0].is_object()) return "";
  if (single.back().is_object() && single.back().contains("SpecialToken")) {
    fields.fail("a token after the text is not supported");
  }
  if (!single[0].contains("SpecialToken")) return "";
  return TokenizerFields(single[0], fields.path("single")).object("SpecialToken").text("id");
}

}  // namespace

std::string prepended_token_of(const FileJson& json, const std::string& where) {
  if (json.is_null()) return "";
  const TokenizerFields fields(json, where);
  const std::string type = fields.type();
  if (type == "ByteLevel") return "";
  if (type == "TemplateProcessing") return first_of_template(fields);
  if (type != "Sequence") {
    fields.fail(
        fmt::format("type {} is not supported; expected ByteLevel, TemplateProcessing or "
                    "Sequence",
                    type));
  }
  for (const FileJson& part : fields.raw("processors")) {
    const std::string token = prepended_token_of(part, fields.path("processors"));
    if (!token.empty()) return token;
  }
  return "";
}

NamedTokens read_named_tokens(const std::filesystem::path& folder) {
  NamedTokens named;
  for (const char* name : kNamedTokenFiles) {
    const std::filesystem::path path = folder / name;
    if (!std::filesystem::exists(path)) continue;
    const Json file = read_json(path);
    if (!file.is_object()) throw Error(path.string() + ": expected a JSON object");
    if (!named.eos) named.eos = token_at(file, "eos_token", path.string());
    if (!named.bos) named.bos = token_at(file, "bos_token", path.string());
    if (!named.adds_bos) named.adds_bos = flag_at(file, "add_bos_token", path.string());
  }
  return named;
}

SpecialTokens choose_special_tokens(const NamedTokens& named, const std::string& declared_bos,
                                    const std::string& declared_prepended, const std::string& where,
                                    const TokenLookup& lookup) {
  SpecialTokens special;
  special.eos = choose_eos(named, where, lookup);
  special.bos = choose_bos(named, declared_bos, where, lookup);
  if (!named.adds_bos || (*named.adds_bos && !declared_prepended.empty())) {
    special.prepended = named_id(declared_prepended, "the post-processor's token", where, lookup);
  } else if (*named.adds_bos) {
    special.prepended = special.bos;
    if (!special.bos)
      throw Error(fmt::format("{}: add_bos_token is true, but there is no BOS token", where));
  }
  return special;
}

}  // namespace lamina
