#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "lamina/data/batches.h"
#include "lamina/data/settings.h"
#include "lamina/data/token_file_facts.h"
#include "lamina/text/corpus.h"
#include "lamina/text/tokenizer.h"

namespace lamina {

/// The documents to tokenise, in order: each piece of text is one document, then the documents of
/// the row files (text/documents.h).
struct DocumentSet {
  std::vector<TextPiece> pieces;
  std::vector<CorpusFile> row_files;
  std::string source_hash = {};  ///< computed from the text if empty

  bool empty() const { return pieces.empty() && row_files.empty(); }
};

/// How documents are read. All options except `threads` affect the token file.
struct PrepareOptions {
  std::string text_column = "text";
  BadDocument on_bad_document = BadDocument::kFail;
  int threads = 0;  ///< number of encoding threads; 0: one per core
};

/// Writes the token file `prefix`: each document, followed by the EOS token. The bytes
/// do not depend on the number of threads. Peak memory does not grow with the input: one job of
/// about 1 MiB of text per thread, the longest document, one batch of a columnar file, and one bit
/// per document. Throws Error on the first bad document (unless bad documents are skipped) or on a
/// damaged file, and Stopped after a stop signal; existing files of that prefix are then unchanged.
TokenFileFacts prepare_documents(const DocumentSet& documents, const Tokenizer& tokenizer,
                                 const PrepareOptions& options,
                                 const std::filesystem::path& prefix);

/// Input of two token files, training and held-out text. Pieces are assigned to a part by the
/// caller; each document of a row file is assigned by is_held_out (text/held_out.h).
struct SplitDocuments {
  std::vector<TextPiece> train;
  std::vector<TextPiece> held_out;
  std::vector<CorpusFile> row_files;
  double fraction = 0;        ///< of the documents of row_files that is held out
  std::string train_hash;     ///< source_hash of the training part
  std::string held_out_hash;  ///< source_hash of the held-out part
};

/// Writes both token files in one pass. They appear together: older files of either prefix stay
/// unchanged until both new ones are on disk, and old and new are never mixed
/// (TokenFileWriter::commit). Throws as prepare_documents, and Error if either part has no
/// documents. Warns if the held-out share of the pieces' bytes is far from the fraction.
void prepare_split(const SplitDocuments& documents, const Tokenizer& tokenizer,
                   const PrepareOptions& options, const std::filesystem::path& train_prefix,
                   const std::filesystem::path& held_out_prefix);

/// Identifies tokenised text: a hash of the tokenizer and of the names, byte ranges and bytes of
/// the pieces (not of their folder), and of `rows`, the rows_hash of row files. Reads all of the
/// text.
std::string source_hash(std::span<const TextPiece> pieces, const Tokenizer& tokenizer,
                        const std::string& rows = "");

/// Hash of the names and bytes of the files and of everything else that determines their tokens:
/// the options and the held-out fraction. "" without files.
std::string rows_hash(std::span<const CorpusFile> row_files, const PrepareOptions& options,
                      double held_out_fraction);

/// The token files of a run, by prefix.
struct PreparedData {
  std::vector<WeightedFiles> sources;             ///< of training samples
  std::vector<std::filesystem::path> train;       ///< prefixes of all sources
  std::vector<std::filesystem::path> validation;  ///< prefixes
  std::string tokenizer;                          ///< name or path, for make_tokenizer
  std::int64_t vocab_size = 0;                    ///< V of the tokenizer
  std::string hash;  ///< of all token files and weights, for run records: see token_file_hash
};

/// Finds or writes the token files of a configuration. Token files listed in train and validation
/// are used unchanged; text is tokenised into settings.cache/HASH-{train,validation}, where HASH is
/// its source_hash, unless those files exist. Without validation, a part of the text is held out,
/// and a file must not belong to two weighted sources. Several processes may call this at the same
/// time. With `output`, text is tokenised into OUTPUT-train and OUTPUT-validation, and existing
/// files are replaced. Throws SettingError if the settings are inconsistent (a missing path, text
/// in both parts, a token file of another tokenizer) and Error on bad or damaged text. With
/// `logs_files`, logs how many files of each kind are read and left out (log_chosen).
PreparedData prepare_cached(const DataSettings& settings, const std::filesystem::path& output = {},
                            bool logs_files = true);

/// Makes the checks of prepare_cached that need no text: throws the same errors for missing paths
/// and tokenizers and for inconsistent settings. Writes nothing.
void check_data(const DataSettings& settings);

}  // namespace lamina
