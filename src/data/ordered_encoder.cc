#include "ordered_encoder.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <span>
#include <thread>
#include <utility>

#include "lamina/core/error.h"
#include "lamina/core/log.h"
#include "lamina/core/stop_signal.h"
#include "lamina/text/words.h"

namespace lamina {
namespace {

constexpr std::size_t kJobBytes = 1 << 20;
constexpr std::size_t kMaxMappedFiles = 64;   // per job
constexpr std::size_t kNumQueuedJobs = 2;     // so that no thread waits for the reader
constexpr std::int64_t kMaxSkipsLogged = 10;  // the others are only counted

std::size_t num_threads(const PrepareOptions& options) {
  return options.threads > 0 ? static_cast<std::size_t>(options.threads)
                             : std::max(1u, std::thread::hardware_concurrency());
}

}  // namespace

OrderedEncoder::OrderedEncoder(const Tokenizer& tokenizer, const PrepareOptions& options,
                               ProgressBar& progress)
    : tokenizer_(tokenizer),
      options_(options),
      progress_(progress),
      max_jobs_(num_threads(options) + kNumQueuedJobs),
      workers_(num_threads(options)) {}

void OrderedEncoder::add(const TextPiece& piece, OpenTokenFile& target) {
  const auto document = std::make_shared<const Document>(piece.path, PieceText(piece));
  ++num_mapped_;
  char before = ' ';
  const std::string_view whole = document->text.text();
  for (std::string_view rest = whole; !rest.empty();) {
    const std::size_t cut =
        rest.size() <= kJobBytes ? rest.size() : tokenizer_.cut_near(rest, kJobBytes);
    const bool begins = rest.size() == whole.size(), ends = rest.size() == cut;
    add({&target, TextChunk{document, rest.substr(0, cut), before, begins, ends}}, cut);
    progress_.advance(static_cast<std::int64_t>(cut));
    before = rest[cut - 1];
    rest.remove_prefix(cut);
  }
}

void OrderedEncoder::add(const CorpusFile& file, RowDocument document, OpenTokenFile& target) {
  const std::size_t bytes = document.bytes.size();
  add({&target, RowChunk{&file, std::move(document)}}, bytes);
}

void OrderedEncoder::add(Chunk chunk, std::size_t bytes) {
  chunks_.push_back(std::move(chunk));
  // The fixed cost of a chunk counts as well, so that a job of many tiny documents is not larger.
  chunks_bytes_ += bytes + sizeof(Chunk);
  if (chunks_bytes_ >= kJobBytes || num_mapped_ >= kMaxMappedFiles) start_job();
}

void OrderedEncoder::start_job() {
  throw_if_stopped("while tokenising; no token file was written");
  if (jobs_.size() >= max_jobs_) write_oldest();
  jobs_.push_back(workers_.run([this, chunks = std::move(chunks_)]() mutable {
    return encode(std::move(chunks), tokenizer_, options_);
  }));
  chunks_.clear();
  chunks_bytes_ = num_mapped_ = 0;
}

OrderedEncoder::Encoded OrderedEncoder::encode(std::vector<Chunk> chunks,
                                               const Tokenizer& tokenizer,
                                               const PrepareOptions& options) {
  Encoded runs;
  for (Chunk& chunk : chunks) {
    if (runs.empty() || runs.back().target != chunk.target) {
      runs.emplace_back().target = chunk.target;
    }
    if (auto* row = std::get_if<RowChunk>(&chunk.source)) {
      encode_row(std::move(*row), tokenizer, options, runs.back());
    } else {
      encode_piece(std::get<TextChunk>(chunk.source), tokenizer, runs.back());
    }
  }
  return runs;
}

void OrderedEncoder::encode_text(const TextChunk& chunk, const Tokenizer& tokenizer, Run& run) {
  if (chunk.begins_document) {
    tokenizer.encode(chunk.text, run.tokens);
  } else {
    tokenizer.encode_rest(chunk.text, run.tokens);
  }
  run.words += count_words(chunk.text, chunk.before);
  run.text_bytes += static_cast<std::int64_t>(chunk.text.size());
  if (!chunk.ends_document) return;
  run.tokens.push_back(tokenizer.eos_id());
  run.document_ends.push_back(run.tokens.size());
}

void OrderedEncoder::encode_piece(const TextChunk& chunk, const Tokenizer& tokenizer, Run& run) {
  try {
    encode_text(chunk, tokenizer, run);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", chunk.document->path.string(), error.what()));
  }
}

void OrderedEncoder::encode_row(RowChunk chunk, const Tokenizer& tokenizer,
                                const PrepareOptions& options, Run& run) {
  const std::size_t num_tokens = run.tokens.size();
  std::string place;
  try {
    const std::string text =
        document_text(chunk.file->path, options.text_column, std::move(chunk.document));
    place = document_location(chunk.file->path, chunk.document) + ": ";
    encode_text({.document = nullptr, .text = text}, tokenizer, run);
  } catch (const Error& error) {
    const std::string reason = place + error.what();
    if (options.on_bad_document == BadDocument::kFail) throw Error(reason);
    run.tokens.resize(num_tokens);
    run.skipped.push_back(reason);
  }
}

void OrderedEncoder::write_oldest() {
  auto oldest = std::move(jobs_.front());
  jobs_.pop_front();
  try {
    for (const Run& run : oldest.get()) write(run);
  } catch (const Error&) {  // errors of later jobs must not replace this one
    chunks_.clear();
    jobs_.clear();
    throw;
  }
}

void OrderedEncoder::write(const Run& run) {
  const std::span<const TokenId> tokens(run.tokens);
  std::size_t begin = 0;
  for (const std::size_t end : run.document_ends) {
    run.target->writer.append(tokens.subspan(begin, end - begin));
    run.target->writer.end_document();
    begin = end;
  }
  run.target->writer.append(tokens.subspan(begin));
  TokenFileFacts& facts = run.target->facts;
  facts.num_documents += static_cast<std::int64_t>(run.document_ends.size());
  facts.text_bytes += run.text_bytes;
  facts.words += run.words;
  facts.skipped_documents += static_cast<std::int64_t>(run.skipped.size());
  for (const std::string& reason : run.skipped) {
    if (num_skipped_++ >= kMaxSkipsLogged) continue;
    progress_.clear();
    log_warning("skipped: {}", reason);
  }
}

void OrderedEncoder::drain() {
  if (!chunks_.empty()) start_job();
  while (!jobs_.empty()) write_oldest();
}

}  // namespace lamina
