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

/// Text to token ids in [0, vocab_size) and back. Immutable: any number of threads may share one.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  virtual std::int64_t vocab_size() const = 0;

  /// The id that stands behind each document.
  virtual TokenId eos_id() const = 0;

  /// The id in front of a text that has no context: BOS where the tokenizer has one, else the end
  /// of a document.
  virtual TokenId bos_id() const { return eos_id(); }

  /// The token that the tokenizer's own rules put in front of every text, as Llama's do; none where
  /// they put none. `encode` never does: see encode_with_bos.
  virtual std::optional<TokenId> prepended_token() const { return std::nullopt; }

  /// Whether `decode` takes the id; a vocabulary may have holes.
  virtual bool has_token(TokenId id) const { return id >= 0 && id < vocab_size(); }

  /// What messages and records call it: "bytes".
  virtual std::string name() const = 0;

  /// Equal hashes mean equal ids for every text; identifies the tokenizer in records and caches.
  virtual std::string hash() const = 0;

  /// Appends the ids of a text, as Hugging Face `tokenizers` gives them without special tokens
  /// added. Bytes that are not UTF-8 are encoded as bytes.
  /// Throws Error on such a byte where the vocabulary has no token for it.
  virtual void encode(std::string_view text, std::vector<TokenId>& out) const = 0;

  /// The same ids, and of each the offset in bytes of `text` where what it stands for ends. Offsets
  /// never decrease and the last is text.size(): the ids together cover the text.
  virtual void encode(std::string_view text, std::vector<TokenId>& out,
                      std::vector<std::size_t>& ends) const = 0;

  /// The exact bytes that the ids stand for; EOS, BOS and prepended_token stand for none.
  /// Throws Error on an id outside the vocabulary.
  virtual std::string decode(std::span<const TokenId> ids) const = 0;

  /// A place in (0, text.size()], near `at`, where the text may be cut: the ids of the first part
  /// and those that `encode_rest` gives for the second are the ids of the whole. Lets a long
  /// document be encoded on all cores in little memory; a tokenizer that knows no such place leaves
  /// the text whole. Needs 0 < at and a text that is not empty.
  virtual std::size_t cut_near(std::string_view text, std::size_t at) const;

  /// As `encode`, of what follows a place that `cut_near` gave: it gets no prefix of its own.
  virtual void encode_rest(std::string_view text, std::vector<TokenId>& out) const {
    encode(text, out);
  }
};

/// The tokenizer of a name or path: "bytes" (ids 0 to 255 are the bytes, 256 ends a document), a
/// tokenizer.json of Hugging Face `tokenizers`, a SentencePiece model (.model), or a folder that
/// holds one of the two. Throws UsageError, saying what is allowed, on anything else, and Error
/// naming the file and what in it is damaged or not supported.
std::unique_ptr<Tokenizer> make_tokenizer(const std::string& name_or_path);

/// A tokenizer's own file in a folder: tokenizer.json, else its only .model; "" where it has
/// neither, or there is no such folder. Throws Error where there are two models.
std::filesystem::path tokenizer_file_in(const std::filesystem::path& folder);

/// The files that such a tokenizer is read from, its own first; none for "bytes".
std::vector<std::filesystem::path> tokenizer_files(const std::string& name_or_path);

/// The tokenizer that the text of a tokenizer.json describes. Throws as above; `name` begins every
/// message.
std::unique_ptr<Tokenizer> parse_tokenizer(std::string_view json, const std::string& name);

}  // namespace lamina
