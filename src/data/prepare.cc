#include "lamina/data/prepare.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <deque>
#include <future>
#include <memory>
#include <thread>

#include "lamina/core/hash.h"
#include "lamina/core/live_lines.h"
#include "lamina/core/log.h"
#include "lamina/core/units.h"
#include "lamina/data/token_file_writer.h"
#include "lamina/text/words.h"

namespace lamina {
namespace {

constexpr std::size_t kJobBytes = 1 << 20;
constexpr std::size_t kJobChunks = 64;  // bounds the number of files that are mapped at once

/// Computes source_hash.
class SourceHasher {
 public:
  explicit SourceHasher(const Tokenizer& tokenizer) { hasher_.add(tokenizer.hash()); }
  void add(const TextPiece& piece, std::string_view bytes) {
    hasher_.add(fmt::format("\n{} {} {} {}", piece.name, piece.begin, piece.end, hash_text(bytes)));
  }
  std::string hex() const { return hasher_.hex(); }

 private:
  Hasher hasher_;
};

/// A part of one document.
struct Chunk {
  std::shared_ptr<const PieceText> document;
  std::string_view text;
  char before = ' ';  // the byte in front of it, for the word count
  bool ends_document = false;
};

struct Encoded {
  std::vector<TokenId> tokens;
  std::vector<std::size_t> document_ends;
  std::int64_t words = 0;
};

Encoded encode(const std::vector<Chunk>& chunks, const Tokenizer& tokenizer) {
  Encoded encoded;
  for (const Chunk& chunk : chunks) {
    tokenizer.encode(chunk.text, encoded.tokens);
    encoded.words += count_words(chunk.text, chunk.before);
    if (!chunk.ends_document) continue;
    encoded.tokens.push_back(tokenizer.end_of_document());
    encoded.document_ends.push_back(encoded.tokens.size());
  }
  return encoded;
}

/// Encodes jobs of about kJobBytes on all cores and writes them in the order they came.
class OrderedEncoder {
 public:
  OrderedEncoder(const Tokenizer& tokenizer, TokenFileWriter& writer)
      : tokenizer_(tokenizer), writer_(writer), source_(tokenizer) {}

  void add(const TextPiece& piece);

  /// Text bytes, words and source hash of all that was added.
  TokenFileFacts finish();

 private:
  void add(Chunk chunk);
  void start_job();
  void write_oldest();

  const Tokenizer& tokenizer_;
  TokenFileWriter& writer_;
  const std::size_t max_jobs_ = std::max(1u, std::thread::hardware_concurrency()) + 1;
  std::vector<Chunk> chunks_;
  std::size_t chunks_bytes_ = 0;
  std::deque<std::future<Encoded>> jobs_;
  SourceHasher source_;
  TokenFileFacts facts_;
};

void OrderedEncoder::add(const TextPiece& piece) {
  const auto document = std::make_shared<const PieceText>(piece);
  source_.add(piece, document->text());
  facts_.text_bytes += piece.end - piece.begin;
  char before = ' ';
  for (std::string_view rest = document->text(); !rest.empty();) {
    const std::size_t cut =
        rest.size() <= kJobBytes ? rest.size() : tokenizer_.cut_near(rest, kJobBytes);
    add({document, rest.substr(0, cut), before, cut == rest.size()});
    before = rest[cut - 1];
    rest.remove_prefix(cut);
  }
}

void OrderedEncoder::add(Chunk chunk) {
  chunks_bytes_ += chunk.text.size();
  chunks_.push_back(std::move(chunk));
  if (chunks_bytes_ >= kJobBytes || chunks_.size() >= kJobChunks) start_job();
}

void OrderedEncoder::start_job() {
  jobs_.push_back(
      std::async(std::launch::async, [chunks = std::move(chunks_), &tokenizer = tokenizer_] {
        return encode(chunks, tokenizer);
      }));
  chunks_.clear();
  chunks_bytes_ = 0;
  if (jobs_.size() >= max_jobs_) write_oldest();
}

void OrderedEncoder::write_oldest() {
  const Encoded encoded = jobs_.front().get();
  jobs_.pop_front();
  const std::span<const TokenId> tokens(encoded.tokens);
  std::size_t begin = 0;
  for (const std::size_t end : encoded.document_ends) {
    writer_.append(tokens.subspan(begin, end - begin));
    writer_.end_document();
    begin = end;
  }
  writer_.append(tokens.subspan(begin));
  facts_.words += encoded.words;
}

TokenFileFacts OrderedEncoder::finish() {
  start_job();
  while (!jobs_.empty()) write_oldest();
  facts_.tokenizer_name = tokenizer_.name();
  facts_.tokenizer_hash = tokenizer_.hash();
  facts_.source_hash = source_.hex();
  return facts_;
}

}  // namespace

std::string source_hash(std::span<const TextPiece> pieces, const Tokenizer& tokenizer) {
  SourceHasher hasher(tokenizer);
  for (const TextPiece& piece : pieces) {
    const MappedFile file(piece.path);
    hasher.add(piece, piece_bytes(file, piece));
  }
  return hasher.hex();
}

TokenFileFacts prepare_text(std::span<const TextPiece> pieces, const Tokenizer& tokenizer,
                            const std::filesystem::path& prefix) {
  const double start_seconds = monotonic_seconds();
  TokenFileWriter writer(prefix, tokenizer.vocab_size());
  OrderedEncoder encoder(tokenizer, writer);
  for (const TextPiece& piece : pieces) encoder.add(piece);
  const TokenFileFacts facts = writer.finish(encoder.finish());
  log_info("{}: {} tokens, {} documents, {} of text in {:.1f} s", prefix.string(),
           grouped(facts.num_tokens), grouped(facts.num_documents),
           readable_bytes(static_cast<double>(facts.text_bytes)),
           monotonic_seconds() - start_seconds);
  return facts;
}

}  // namespace lamina
