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

TokenFileFacts facts_of(const Tokenizer& tokenizer, std::string source_hash) {
  TokenFileFacts facts;
  facts.tokenizer_name = tokenizer.name();
  facts.tokenizer_hash = tokenizer.hash();
  facts.source_hash = std::move(source_hash);
  return facts;
}

/// Which token file a document goes to.
using Route = std::function<OpenTokenFile&(const CorpusFile& file, std::int64_t number)>;

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

/// What comes first in the input is reported first: a bad document under way before the damage that
/// the reader met behind it.
template <class Action>
void drained_after(OrderedEncoder& encoder, Action action) {
  try {
    action();
  } catch (const Error&) {
    encoder.drain();
    throw;
  }
  encoder.drain();
}

/// Where there is no terminal, the only line for a while.
std::int64_t announced(std::int64_t text_bytes) {
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

void check_both_parts(const SplitDocuments& documents, const TokenFileFacts& train,
                      const TokenFileFacts& held_out) {
  const std::int64_t total = train.num_documents + held_out.num_documents;
  if (train.num_documents > 0 && held_out.num_documents > 0) return;
  throw Error(
      fmt::format("{}: a held-out fraction of {} takes {} of the {} documents; hold out {} "
                  "(validation_fraction) "
                  "or name validation text of its own",
                  documents.row_files[0].path.string(), documents.fraction,
                  held_out.num_documents == 0 ? "none" : "all", total,
                  held_out.num_documents == 0 ? "more" : "less"));
}

/// Whole files, and whole lines of a lone one, can only come near to a fraction.
void warn_of_share(const SplitDocuments& documents, const fs::path& held_out_prefix) {
  const auto held_out_bytes = static_cast<double>(bytes_of(documents.held_out));
  const auto all_bytes = static_cast<double>(bytes_of(documents.train)) + held_out_bytes;
  if (all_bytes == 0) return;
  const double asked = documents.fraction, share = held_out_bytes / all_bytes;
  const bool near = share <= 2 * asked && share >= asked / 2;
  if (near || std::abs(share - asked) <= 0.05) return;
  log_warning(
      "{}: {:.1f} % of the text's bytes are held out, and data.validation_fraction asks for {:.1f} "
      "%: no file is split, nor a line of a lone one; data.validation can name others",
      held_out_prefix.string(), 100 * share, 100 * asked);
}

}  // namespace

TokenFileFacts prepare_documents(const DocumentSet& documents, const Tokenizer& tokenizer,
                                 const PrepareOptions& options, const fs::path& prefix) {
  const std::string hash =
      documents.source_hash.empty()
          ? source_hash(documents.pieces, tokenizer, rows_hash(documents.row_files, options, 0))
          : documents.source_hash;
  ProgressBar progress("tokenising",
                       announced(bytes_of(documents.pieces) + bytes_of(documents.row_files)),
                       readable_bytes);
  OpenTokenFile file{TokenFileWriter(prefix, tokenizer.vocab_size()), facts_of(tokenizer, hash)};
  OrderedEncoder encoder(tokenizer, options, progress);
  drained_after(encoder, [&] {
    for (const TextPiece& piece : documents.pieces) encoder.add(piece, file);
    const Route route = [&](const CorpusFile&, std::int64_t) -> OpenTokenFile& { return file; };
    for (const CorpusFile& rows : documents.row_files) {
      add_rows(rows, options, route, encoder, progress);
    }
  });
  if (file.facts.num_documents == 0 && !documents.row_files.empty()) {
    throw Error(fmt::format("{}: no document ({} skipped)", documents.row_files[0].path.string(),
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
                       announced(bytes_of(documents.train) + bytes_of(documents.held_out) +
                                 bytes_of(documents.row_files)),
                       readable_bytes);
  OrderedEncoder encoder(tokenizer, options, progress);
  drained_after(encoder, [&] {
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
  TokenFileWriter::put_in_place({&train.writer, &held_out.writer});
  report(train_prefix, train.facts, progress.seconds());
  report(held_out_prefix, held_out.facts, progress.seconds());
  warn_of_share(documents, held_out_prefix);
}

}  // namespace lamina
