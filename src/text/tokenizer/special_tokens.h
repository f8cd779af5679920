#pragma once
#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "lamina/text/tokenizer.h"
#include "tokenizer_fields.h"

namespace lamina {

/// What the files beside a tokenizer say of it (tokenizer_config.json before
/// special_tokens_map.json); "" where they do not.
struct NamedTokens {
  std::string end;
  std::string beginning;
  bool adds_beginning = false;  // add_bos_token
};

/// Files beside a tokenizer that name its tokens, the first that does so decides.
constexpr std::array<const char*, 2> kNamedTokenFiles{"tokenizer_config.json",
                                                      "special_tokens_map.json"};

/// Throws Error naming a file that is damaged.
NamedTokens read_named_tokens(const std::filesystem::path& folder);

struct SpecialTokens {
  TokenId end = 0;
  TokenId beginning = 0;
  bool adds_beginning = false;
};

/// The id of a token's text; none where there is no such token.
using IdOfToken = std::function<std::optional<TokenId>(const std::string&)>;

/// Chooses them: those named, else the first well-known name that the vocabulary has, else for the
/// beginning the end. A post processor (null: none) that puts a token in front of every text
/// decides what the beginning is.
/// Throws Error, beginning with `where`, on a named token that does not exist, on none that could
/// end a document, and on a post processor that is not supported.
SpecialTokens choose_special_tokens(const NamedTokens& named, const FileJson& post_processor,
                                    const std::string& where, const IdOfToken& id_of);

}  // namespace lamina
