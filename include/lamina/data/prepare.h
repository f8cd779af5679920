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

/// What is tokenised, in this order: each piece of text is a document; then those of the files of
/// rows (text/documents.h).
struct DocumentSet {
  std::vector<TextPiece> pieces;
  std::vector<CorpusFile> row_files;
  std::string source_hash = {};  ///< where it is known already

  bool empty() const { return pieces.empty() && row_files.empty(); }
};

/// How documents are read; none of it but `threads` leaves the token file as it is.
struct PrepareOptions {
  std::string text_column = "text";
  BadDocument on_bad_document = BadDocument::kFail;
  int threads = 0;  ///< that encode at once; 0: as many as there are cores
};

/// Writes the token file `prefix`: each document, then the EOS token. Always the same
/// bytes, whatever the number of threads. Memory, whatever the size of the input: the threads' jobs
/// of about 1 MiB of text each, the longest document, a batch of a columnar file, and one bit for
/// each document. Throws Error on the first bad document unless they are skipped, on a damaged
/// file, and when a stop signal has come; then no file of the final name is touched.
TokenFileFacts prepare_documents(const DocumentSet& documents, const Tokenizer& tokenizer,
                                 const PrepareOptions& options,
                                 const std::filesystem::path& prefix);

/// Two token files in one pass: a document of a file of rows goes to `held_out` or to `train` as
/// is_held_out says, pieces where they stand.
struct SplitDocuments {
  std::vector<TextPiece> train;
  std::vector<TextPiece> held_out;
  std::vector<CorpusFile> row_files;
  double fraction = 0;
  std::string train_hash;  ///< source_hash of either part
  std::string held_out_hash;
};

/// Both appear together: an older pair of either name is whole until both new ones are on disk, and
/// old and new never lie side by side (TokenFileWriter::put_in_place). Throws Error as well where
/// either part gets no document; warns where the share of the pieces' bytes that is held out is far
/// from the fraction.
void prepare_split(const SplitDocuments& documents, const Tokenizer& tokenizer,
                   const PrepareOptions& options, const std::filesystem::path& train_prefix,
                   const std::filesystem::path& held_out_prefix);

/// What identifies tokenised text: a hash over tokenizer, names, ranges and bytes of the pieces,
/// not over where they are, and the rows_hash of files of rows. Reads all of the text.
std::string source_hash(std::span<const TextPiece> pieces, const Tokenizer& tokenizer,
                        const std::string& rows = "");

/// Hash over names and bytes of the files and what else decides their tokens: the options, and the
/// fraction held out where it is not 0. "" where there are no files.
std::string rows_hash(std::span<const CorpusFile> row_files, const PrepareOptions& options,
                      double held_out_fraction);

/// Token files of a run, by prefix.
struct PreparedData {
  std::vector<WeightedFiles> sources;        ///< of training samples
  std::vector<std::filesystem::path> train;  ///< all files of the sources
  std::vector<std::filesystem::path> validation;
  std::string tokenizer;  ///< as make_tokenizer takes it
  std::int64_t vocab_size = 0;
  std::string hash;  ///< of all of them and the weights, for records: see token_file_hash
};

/// The token files that the settings ask for. Token files among train and validation are used as
/// they are; text is tokenised into settings.cache/HASH-{train,validation} unless that exists, HASH
/// being its source_hash. Without validation, a part of the text is held out, and no file may then
/// belong to two weighted sources. Processes that do this at the same time do no harm. With
/// `output`, text is tokenised into OUTPUT-train and OUTPUT-validation instead, whether they exist
/// or not. Throws SettingError where the settings do not fit together: a missing place, text in
/// both parts, a token file of another tokenizer; Error on unsound text. With `logs_files` the log
/// says how many files of each kind are read and left out, and names the first (log_chosen).
PreparedData prepare_cached(const DataSettings& settings, const std::filesystem::path& output = {},
                            bool logs_files = true);

/// Throws what prepare_cached throws before it reads text: of places and tokenizers that are
/// missing, and of settings that do not fit together.
void check_data(const DataSettings& settings);

}  // namespace lamina
