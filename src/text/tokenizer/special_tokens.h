#pragma once
#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "lamina/text/tokenizer.h"
#include "tokenizer_fields.h"

namespace lamina {

/// What the files beside a tokenizer say of it, the first file that says anything of a key. A token
/// is none where no file says anything of it, "" where the file says that there is no such token
/// (null), else the token's text.
struct NamedTokens {
  std::optional<std::string> eos;  // eos_token
  std::optional<std::string> bos;  // bos_token
  std::optional<bool> adds_bos;    // add_bos_token
};

/// Files beside a tokenizer that name its tokens, the first that does so decides.
constexpr std::array<const char*, 2> kNamedTokenFiles{"tokenizer_config.json",
                                                      "special_tokens_map.json"};

/// Throws Error naming a file that is damaged, and a key of another type.
NamedTokens read_named_tokens(const std::filesystem::path& folder);

struct SpecialTokens {
  TokenId eos = 0;
  std::optional<TokenId> bos;
  std::optional<TokenId> in_front;  // what the tokenizer's own rules put in front of every text
};

/// The id of a token's text; none where there is no such token.
using IdOfToken = std::function<std::optional<TokenId>(const std::string&)>;

/// Where tokens are looked up: those that a file names among all, guesses among the declared
/// special ones alone, because a plain entry of the vocabulary may be called "<s>" too.
struct TokenLookup {
  IdOfToken any;
  IdOfToken special;
};

/// What a tokenizer declares itself: the text of the token that its rules put in front of every
/// text, "" where they put none.
/// Throws Error, beginning with `where`, on a post processor that is not supported (null: none).
std::string token_in_front_of(const FileJson& post_processor, const std::string& where);

/// Chooses them. BOS: what the files say, else `declared` (the token that the tokenizer itself puts
/// in front or calls BOS; "": none), else the first well-known name among the special tokens, else
/// none. EOS: what the files say, else such a name; a tokenizer without EOS is refused, since a
/// document must end with some token, even where the files say null. In front of every text:
/// `declared_front`, unless add_bos_token says otherwise.
/// Throws Error, beginning with `where`, on a named token that does not exist, on no EOS, and on
/// add_bos_token without a BOS.
SpecialTokens choose_special_tokens(const NamedTokens& named, const std::string& declared_bos,
                                    const std::string& declared_front, const std::string& where,
                                    const TokenLookup& lookup);

}  // namespace lamina
