#include "trained_tokenizer.h"

#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/live_lines.h"
#include "lamina/core/log.h"
#include "lamina/text/bpe_trainer.h"
#include "lamina/text/documents.h"
#include "lamina/text/held_out.h"

namespace lamina {
namespace {

using Visit = std::function<void(std::string_view)>;

void visit_rows(const CorpusFile& file, double held_out_fraction, const PrepareOptions& options,
                const Visit& visit) {
  for_each_document(file.path, options.text_column, [&](RowDocument&& document) {
    if (held_out_fraction > 0 && is_held_out(file, document.number, held_out_fraction)) return;
    try {
      visit(document_text(file.path, options.text_column, std::move(document)));
    } catch (const Error&) {
      if (options.on_bad_document == BadDocument::kFail) throw;
    }
  });
}

}  // namespace

void train_tokenizer(const TokenizerText& text, std::int64_t vocab_size,
                     const PrepareOptions& options, const std::filesystem::path& path) {
  const double start_seconds = monotonic_seconds();
  const auto documents = [&](const Visit& visit) {
    for (const TextPiece& piece : text.pieces) visit(PieceText(piece).text());
    for (const CorpusFile& file : text.row_files) {
      visit_rows(file, text.held_out_fraction, options, visit);
    }
  };
  const std::string json = train_bpe(documents, {.vocab_size = vocab_size});
  write_file_atomically(path, json);
  const std::int64_t trained = parse_tokenizer(json, path.string())->vocab_size();
  log_info("{}: a byte-level BPE of {} tokens, trained in {:.1f} s", path.string(), trained,
           monotonic_seconds() - start_seconds);
  if (trained < vocab_size) {
    log_warning("{}: the text has too few pairs to merge for {} tokens", path.string(), vocab_size);
  }
}

}  // namespace lamina
