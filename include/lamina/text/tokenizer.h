#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lamina {

using TokenId = std::int32_t;

/// Converts text to token ids in [0, vocab_size()) and back. Immutable: any number of threads may
/// share one.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  /// One more than the largest id.
  virtual std::int64_t vocab_size() const = 0;

  /// The EOS token, which follows each document.
  virtual TokenId eos_id() const = 0;

  /// The token that precedes a text without context: BOS, or EOS if the tokenizer has no BOS token.
  virtual TokenId bos_id() const { return eos_id(); }

  /// The token that the tokenizer's own rules prepend to every text, as Llama's do with BOS;
  /// nothing if they prepend none. `encode` never prepends it: see encode_with_bos.
  virtual std::optional<TokenId> prepended_token() const { return std::nullopt; }

  /// Whether the id has a token, so that `decode` accepts it. A vocabulary may have gaps.
  virtual bool has_token(TokenId id) const { return id >= 0 && id < vocab_size(); }

  /// The name in messages and records: "bytes", or the path of the file.
  virtual std::string name() const = 0;

  /// Equal hashes mean equal ids for every text. Identifies the tokenizer in records and caches.
  virtual std::string hash() const = 0;

  /// Appends the ids of a text to `out`: those of Hugging Face `tokenizers` with
  /// add_special_tokens=False. Bytes that are not UTF-8 are encoded with byte tokens.
  /// Throws Error if the vocabulary has no token for such a byte.
  virtual void encode(std::string_view text, std::vector<TokenId>& out) const = 0;

  /// The same ids; also appends, for each id, the byte offset in `text` at which its part of the
  /// text ends. Offsets never decrease, and the last is text.size(): the tokens cover the text.
  virtual void encode(std::string_view text, std::vector<TokenId>& out,
                      std::vector<std::size_t>& ends) const = 0;

  /// The exact bytes of the ids. EOS, BOS and prepended_token decode to nothing.
  /// Throws Error if an id has no token (has_token).
  virtual std::string decode(std::span<const TokenId> ids) const = 0;

  /// An offset in (0, text.size()], near `at`, at which the text may be cut without changing its
  /// ids: `encode` of the first part followed by `encode_rest` of the second gives the ids of the
  /// whole. This lets a long document be encoded on all cores in little memory. Returns text.size()
  /// if there is no such offset. Requires at > 0 and a text that is not empty.
  virtual std::size_t cut_near(std::string_view text, std::size_t at) const;

  /// Like `encode`, for the text after an offset that `cut_near` returned: adds no prefix (such as
  /// Metaspace's) that belongs only to the start of a text.
  virtual void encode_rest(std::string_view text, std::vector<TokenId>& out) const {
    encode(text, out);
  }
};

/// The tokenizer with a name or path: "bytes" (ids 0 to 255 are the bytes, 256 is EOS), a
/// tokenizer.json of Hugging Face `tokenizers`, a SentencePiece model (.model), or a folder that
/// contains one of the two. Throws UsageError, with what is allowed, on anything else, and Error,
/// with the file and the part that is damaged or not supported, if the file cannot be used.
std::unique_ptr<Tokenizer> make_tokenizer(const std::string& name_or_path);

/// The tokenizer file in a folder: tokenizer.json, or else the only .model; "" if there is neither,
/// or no such folder. Throws Error if there are two models and no tokenizer.json.
std::filesystem::path tokenizer_file_in(const std::filesystem::path& folder);

/// The files that make_tokenizer(name_or_path) reads, the tokenizer file first; none for "bytes".
/// Throws Error if a folder contains no tokenizer.
std::vector<std::filesystem::path> tokenizer_files(const std::string& name_or_path);

/// The tokenizer that the text of a tokenizer.json describes. `name` begins every message. Throws
/// Error as make_tokenizer does.
std::unique_ptr<Tokenizer> parse_tokenizer(std::string_view json, const std::string& name);

}  // namespace lamina
