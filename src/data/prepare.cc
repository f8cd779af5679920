#include "lamina/data/prepare.h"

#include <spdlog/fmt/fmt.h>

#include <cmath>
#include <functional>

#include "lamina/core/error.h"
#include "lamina/core/log.h"
#include "lamina/core/units.h"
#include "lamina/text/held_out.h"
#include "ordered_encoder.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

std::int64_t bytes_of(std::span<const TextPiece> pieces) {
  std::int64_t bytes = 0;
  for (const TextPiece& piece : pieces) bytes += piece.end - piece.begin;
  return bytes;
}

std::int64_t bytes_of(std::span<const CorpusFile> files) {
  std::int64_t bytes = 0;
  for (const CorpusFile& file : files) bytes += file.bytes;
  return bytes;
}

/// The metadata that are known before the documents are read.
TokenFileFacts facts_of(const Tokenizer& tokenizer, std::string source_hash) {
  TokenFileFacts facts;
  facts.tokenizer_name = tokenizer.name();
  facts.tokenizer_hash = tokenizer.hash();
  facts.source_hash = std::move(source_hash);
  return facts;
}

/// The token file that a document is written to.
using Route = std::function<OpenTokenFile&(const CorpusFile& file, std::int64_t number)>;

/// Adds every document of a row file to its token file, with progress in bytes of the file.
void add_rows(const CorpusFile& file, const PrepareOptions& options, const Route& route,
              OrderedEncoder& encoder, ProgressBar& progress) {
  const std::int64_t bytes_before = progress.done();
  for_each_document(file.path, options.text_column, [&](RowDocument&& document) {
    OpenTokenFile& target = route(file, document.number);
    progress.move_to(bytes_before + document.file_bytes_read);
    encoder.add(file, std::move(document), target);
  });
  progress.move_to(bytes_before + file.bytes);
}

/// Reports the first error of the input: a bad document that is still being encoded comes before
/// the damage that made the reader throw.
template <class Action>
void run_and_drain(OrderedEncoder& encoder, Action action) {
  try {
    action();
  } catch (const Error&) {
    encoder.drain();
    throw;
  }
  encoder.drain();
}

/// Logged because there is no progress bar without a terminal.
std::int64_t log_text_bytes(std::int64_t text_bytes) {
  log_info("tokenising {} of text", readable_bytes(static_cast<double>(text_bytes)));
  return text_bytes;
}

void report(const fs::path& prefix, const TokenFileFacts& facts, double seconds) {
  log_info("{}: {} tokens, {} documents, {} of text in {:.1f} s", prefix.string(),
           grouped(facts.num_tokens), grouped(facts.num_documents),
           readable_bytes(static_cast<double>(facts.text_bytes)), seconds);
  if (facts.skipped_documents > 0) {
    log_warning("{}: {} bad documents skipped", prefix.string(), grouped(facts.skipped_documents));
  }
}

/// A split in which either part has no document is of no use for training or validation.
void check_both_parts(const SplitDocuments& documents, const TokenFileFacts& train,
                      const TokenFileFacts& held_out) {
  const std::int64_t total = train.num_documents + held_out.num_documents;
  if (train.num_documents > 0 && held_out.num_documents > 0) return;
  throw Error(
      fmt::format("{}: data.validation_fraction {} holds out {} of the {} documents; {} it, or set "
                  "data.validation",
                  documents.row_files[0].path.string(), documents.fraction,
                  held_out.num_documents == 0 ? "none" : "all", total,
                  held_out.num_documents == 0 ? "increase" : "decrease"));
}

/// Text is held out in whole files, or in whole lines of a single file, so the share is
/// approximate.
void warn_of_share(const SplitDocuments& documents, const fs::path& held_out_prefix) {
  const auto held_out_bytes = static_cast<double>(bytes_of(documents.held_out));
  const auto all_bytes = static_cast<double>(bytes_of(documents.train)) + held_out_bytes;
  if (all_bytes == 0) return;
  const double requested = documents.fraction, share = held_out_bytes / all_bytes;
  const bool near = share <= 2 * requested && share >= requested / 2;
  if (near || std::abs(share - requested) <= 0.05) return;
  log_warning(
      "{}: {:.1f} % of the text's bytes are held out, but data.validation_fraction is {:.1f} %: "
      "text is held out in whole files (of a single file, in whole lines); set data.validation to "
      "choose other text",
      held_out_prefix.string(), 100 * share, 100 * requested);
}

}  // namespace

TokenFileFacts prepare_documents(const DocumentSet& documents, const Tokenizer& tokenizer,
                                 const PrepareOptions& options, const fs::path& prefix) {
  const std::string hash =
      documents.source_hash.empty()
          ? source_hash(documents.pieces, tokenizer, rows_hash(documents.row_files, options, 0))
          : documents.source_hash;
  ProgressBar progress("tokenising",
                       log_text_bytes(bytes_of(documents.pieces) + bytes_of(documents.row_files)),
                       readable_bytes);
  OpenTokenFile file{TokenFileWriter(prefix, tokenizer.vocab_size()), facts_of(tokenizer, hash)};
  OrderedEncoder encoder(tokenizer, options, progress);
  run_and_drain(encoder, [&] {
    for (const TextPiece& piece : documents.pieces) encoder.add(piece, file);
    const Route route = [&](const CorpusFile&, std::int64_t) -> OpenTokenFile& { return file; };
    for (const CorpusFile& rows : documents.row_files) {
      add_rows(rows, options, route, encoder, progress);
    }
  });
  if (file.facts.num_documents == 0 && !documents.row_files.empty()) {
    throw Error(fmt::format("{}: no documents ({} skipped)", documents.row_files[0].path.string(),
                            file.facts.skipped_documents));
  }
  progress.clear();
  const TokenFileFacts facts = file.writer.finish(file.facts);
  report(prefix, facts, progress.seconds());
  return facts;
}

void prepare_split(const SplitDocuments& documents, const Tokenizer& tokenizer,
                   const PrepareOptions& options, const fs::path& train_prefix,
                   const fs::path& held_out_prefix) {
  OpenTokenFile train{TokenFileWriter(train_prefix, tokenizer.vocab_size()),
                      facts_of(tokenizer, documents.train_hash)};
  OpenTokenFile held_out{TokenFileWriter(held_out_prefix, tokenizer.vocab_size()),
                         facts_of(tokenizer, documents.held_out_hash)};
  ProgressBar progress("tokenising",
                       log_text_bytes(bytes_of(documents.train) + bytes_of(documents.held_out) +
                                      bytes_of(documents.row_files)),
                       readable_bytes);
  OrderedEncoder encoder(tokenizer, options, progress);
  run_and_drain(encoder, [&] {
    for (const TextPiece& piece : documents.train) encoder.add(piece, train);
    for (const TextPiece& piece : documents.held_out) encoder.add(piece, held_out);
    const Route route = [&](const CorpusFile& file, std::int64_t number) -> OpenTokenFile& {
      return is_held_out(file, number, documents.fraction) ? held_out : train;
    };
    for (const CorpusFile& file : documents.row_files) {
      add_rows(file, options, route, encoder, progress);
    }
  });
  progress.clear();
  check_both_parts(documents, train.facts, held_out.facts);
  train.facts = train.writer.complete(train.facts);
  held_out.facts = held_out.writer.complete(held_out.facts);
  TokenFileWriter::commit({&train.writer, &held_out.writer});
  report(train_prefix, train.facts, progress.seconds());
  report(held_out_prefix, held_out.facts, progress.seconds());
  warn_of_share(documents, held_out_prefix);
}

}  // namespace lamina
