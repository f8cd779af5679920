#pragma once
#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "lamina/text/tokenizer.h"
#include "tokenizer_fields.h"

namespace lamina {

/// What the files next to a tokenizer say about its special tokens. The first file that has a key
/// decides. A token is nothing if no file has the key, "" if the file says that there is no such
/// token (null), or else the text of the token.
struct NamedTokens {
  std::optional<std::string> eos;  // eos_token
  std::optional<std::string> bos;  // bos_token
  std::optional<bool> adds_bos;    // add_bos_token
};

/// The files next to a tokenizer that name its special tokens, in order of precedence.
constexpr std::array<const char*, 2> kNamedTokenFiles{"tokenizer_config.json",
                                                      "special_tokens_map.json"};

/// Reads those files in the tokenizer's folder. Throws Error if one is damaged or a key has the
/// wrong type.
NamedTokens read_named_tokens(const std::filesystem::path& folder);

struct SpecialTokens {
  TokenId eos = 0;
  std::optional<TokenId> bos;
  std::optional<TokenId> prepended;  // to every text, by the tokenizer's own rules
};

/// The id of the token with a text; nothing if there is no such token.
using IdOfToken = std::function<std::optional<TokenId>(const std::string&)>;

/// How tokens are looked up: a token that a file names, among all tokens; a well-known name, only
/// among tokens declared special, since an ordinary entry of the vocabulary may be "<s>" too.
struct TokenLookup {
  IdOfToken any;
  IdOfToken special;
};

/// The text of the token that a "post_processor" of a tokenizer.json prepends to every text; "" if
/// it prepends none, or is null.
/// Throws Error, which begins with `where`, if the post-processor is not supported.
std::string prepended_token_of(const FileJson& post_processor, const std::string& where);

/// Chooses the special tokens, each from the first of these sources that decides.
/// - BOS: the files; `declared_bos`, the token that the tokenizer itself prepends or calls BOS (""
///   for none); the first well-known name among the special tokens; none.
/// - EOS: the files; the first well-known name. EOS is required even if the files say null, since
///   it separates documents.
/// - Prepended token: add_bos_token in the files; `declared_prepended` ("" for none).
/// Throws Error, which begins with `where`, if a named token does not exist, if there is no EOS
/// token, and if add_bos_token is true without a BOS token.
SpecialTokens choose_special_tokens(const NamedTokens& named, const std::string& declared_bos,
                                    const std::string& declared_prepended, const std::string& where,
                                    const TokenLookup& lookup);

}  // namespace lamina
