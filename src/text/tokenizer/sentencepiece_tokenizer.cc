#include "sentencepiece_tokenizer.h"

#include <sentencepiece_processor.h>
#include <spdlog/fmt/fmt.h>

#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/hash.h"
#include "unicode/utf8_parts.h"

namespace lamina {
namespace {

constexpr std::string_view kSpace = "\u2581";  // represents a space in pieces

std::unique_ptr<sentencepiece::SentencePieceProcessor> load(const std::string& bytes,
                                                            const std::string& name) {
  auto processor = std::make_unique<sentencepiece::SentencePieceProcessor>();
  const auto status = processor->LoadFromSerializedProto(bytes);
  if (!status.ok()) throw Error(fmt::format("{}: not a SentencePiece model", name));
  return processor;
}

TokenLookup lookup_in(const sentencepiece::SentencePieceProcessor& processor) {
  const auto any = [&](const std::string& token) -> std::optional<TokenId> {
    const TokenId id = processor.PieceToId(token);
    if (id == processor.unk_id() && processor.IdToPiece(id) != token) return std::nullopt;
    return id;
  };
  return {any, [&processor, any](const std::string& token) {
            const auto id = any(token);
            return id && processor.IsControl(*id) ? id : std::nullopt;
          }};
}

/// The piece with the id of a role (BOS, EOS); "" if the model does not define the role (id < 0).
std::string piece_of_role(const sentencepiece::SentencePieceProcessor& processor, TokenId id) {
  return id >= 0 ? processor.IdToPiece(id) : "";
}

SpecialTokens special_tokens_of(const sentencepiece::SentencePieceProcessor& processor,
                                const NamedTokens& named, const std::string& name) {
  NamedTokens chosen = named;
  if (chosen.eos.value_or("").empty()) chosen.eos = piece_of_role(processor, processor.eos_id());
  return choose_special_tokens(chosen, piece_of_role(processor, processor.bos_id()), "", name,
                               lookup_in(processor));
}

}  // namespace

SentencePieceTokenizer::SentencePieceTokenizer(const std::filesystem::path& file,
                                               const NamedTokens& named)
    : name_(file.string()) {
  const std::string bytes = read_file(file);
  processor_ = load(bytes, name_);
  special_ = special_tokens_of(*processor_, named, name_);
  hash_ = hash_text(fmt::format("{} {} {}", hash_text(bytes), special_.eos, bos_id()));
  for (std::size_t byte = 0; byte < byte_tokens_.size(); ++byte) {
    byte_tokens_[byte] = processor_->PieceToId(fmt::format("<0x{:02X}>", byte));
  }
  const auto letter = processor_->EncodeAsImmutableProto("a");
  prepends_space_ = letter.pieces_size() > 0 && letter.pieces(0).piece().starts_with(kSpace);
}

SentencePieceTokenizer::~SentencePieceTokenizer() = default;

std::int64_t SentencePieceTokenizer::vocab_size() const { return processor_->GetPieceSize(); }

void SentencePieceTokenizer::encode(std::string_view text, std::vector<TokenId>& out) const {
  std::vector<std::size_t> ends;
  encode(text, out, ends);
}

void SentencePieceTokenizer::encode(std::string_view text, std::vector<TokenId>& out,
                                    std::vector<std::size_t>& ends) const {
  const std::size_t first = ends.size();
  const auto encode_valid = [&](TextSpan part) {
    const auto encoded = processor_->EncodeAsImmutableProto(slice(text, part));
    for (const auto& piece : encoded.pieces()) {
      out.push_back(static_cast<TokenId>(piece.id()));
      ends.push_back(part.begin + piece.end());
    }
  };
  const auto encode_bytes = [&](TextSpan part) {
    for (std::size_t at = part.begin; at < part.end; ++at) {
      out.push_back(token_of_byte(static_cast<unsigned char>(text[at])));
      ends.push_back(at + 1);
    }
  };
  for_each_utf8_part(text, encode_valid, encode_bytes);
  if (ends.size() > first) ends.back() = text.size();  // also covers spaces removed from the end
}

TokenId SentencePieceTokenizer::token_of_byte(unsigned char byte) const {
  const TokenId id = byte_tokens_[byte];
  if (!processor_->IsUnknown(id)) return id;
  throw Error(
      fmt::format("byte 0x{:02X}, which is not UTF-8, has no token in this vocabulary", byte));
}

std::string SentencePieceTokenizer::text_of(TokenId id) const {
  if (processor_->IsControl(id)) return "";
  const std::string& piece = processor_->IdToPiece(id);
  if (processor_->IsByte(id)) return {static_cast<char>(std::stoi(piece.substr(3), nullptr, 16))};
  if (processor_->IsUnknown(id)) return " \u2047 ";  // the library's text for the unknown token
  std::string text;
  for (std::size_t at = 0; at < piece.size();) {
    const bool space = piece.compare(at, kSpace.size(), kSpace) == 0;
    text += space ? ' ' : piece[at];
    at += space ? kSpace.size() : 1;
  }
  return text;
}

std::string SentencePieceTokenizer::decode(std::span<const TokenId> ids) const {
  std::string text;
  for (const TokenId id : ids) {
    if (id < 0 || id >= vocab_size()) {
      throw Error(fmt::format("tokenizer {}: token {} is not in the vocabulary of {}", name_, id,
                              vocab_size()));
    }
    text += text_of(id);
  }
  if (prepends_space_ && text.starts_with(' ')) text.erase(0, 1);
  return text;
}

}  // namespace lamina
