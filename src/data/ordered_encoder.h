#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lamina/core/progress_bar.h"
#include "lamina/core/workers.h"
#include "lamina/data/prepare.h"
#include "lamina/data/token_file_writer.h"
#include "lamina/text/documents.h"

namespace lamina {

/// A token file that is being written.
struct OpenTokenFile {
  TokenFileWriter writer;
  TokenFileFacts facts;  ///< counts so far, of what the writer itself does not count
};

/// Encodes documents in jobs of about 1 MiB, several in parallel, and writes them in input order.
/// Memory holds the text and tokens of the unfinished jobs, of which there are at most two more
/// than threads. Keeps references to its arguments. Errors are reported in input order: an `add` or
/// `drain` may throw the Error of an earlier document. Call `drain` after the last document. The
/// object is not thread-safe; it starts its own threads.
class OrderedEncoder {
 public:
  OrderedEncoder(const Tokenizer& tokenizer, const PrepareOptions& options, ProgressBar& progress);

  /// Adds a piece of text as one document. Throws Error if it is not UTF-8.
  void add(const TextPiece& piece, OpenTokenFile& target);

  /// Adds a document of `file`, which must outlive the next `drain`. Errors in the document are
  /// reported by a later call.
  void add(const CorpusFile& file, RowDocument document, OpenTokenFile& target);

  /// Waits for all jobs and writes their tokens. Throws the Error of the first bad document.
  void drain();

 private:
  /// A mapped text file, shared by the chunks that it is cut into.
  struct Document {
    std::filesystem::path path;
    PieceText text;
  };
  /// A part of a document between two positions where Tokenizer::cut_near allows a cut.
  struct TextChunk {
    std::shared_ptr<const Document> document;
    std::string_view text;
    char before = ' ';  ///< the byte before `text`, for the word count
    bool begins_document = true;
    bool ends_document = true;
  };
  struct RowChunk {
    const CorpusFile* file;
    RowDocument document;
  };
  struct Chunk {
    OpenTokenFile* target;
    std::variant<TextChunk, RowChunk> source;
  };
  /// Consecutive tokens of one target, and their contribution to its counts.
  struct Run {
    OpenTokenFile* target = nullptr;
    std::vector<TokenId> tokens;
    std::vector<std::size_t> document_ends;
    std::int64_t text_bytes = 0;
    std::int64_t words = 0;
    std::vector<std::string> skipped;  ///< the reason for each skipped document
  };
  using Encoded = std::vector<Run>;  ///< the result of a job; consecutive runs differ in target

  static Encoded encode(std::vector<Chunk> chunks, const Tokenizer& tokenizer,
                        const PrepareOptions& options);
  static void encode_text(const TextChunk& chunk, const Tokenizer& tokenizer, Run& run);
  static void encode_piece(const TextChunk& chunk, const Tokenizer& tokenizer, Run& run);
  static void encode_row(RowChunk chunk, const Tokenizer& tokenizer, const PrepareOptions& options,
                         Run& run);
  void add(Chunk chunk, std::size_t bytes);
  void start_job();
  void write_oldest();
  void write(const Run& run);

  const Tokenizer& tokenizer_;
  const PrepareOptions& options_;
  ProgressBar& progress_;
  const std::size_t max_jobs_;
  std::vector<Chunk> chunks_;
  std::size_t chunks_bytes_ = 0;
  std::size_t num_mapped_ = 0;
  std::deque<std::future<Encoded>> jobs_;
  std::int64_t num_skipped_ = 0;
  Workers<Encoded>
      workers_;  ///< last, so that it is destroyed first: its jobs use the members above
};

}  // namespace lamina
