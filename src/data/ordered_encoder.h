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

/// A token file in the making.
struct OpenTokenFile {
  TokenFileWriter writer;
  TokenFileFacts facts;  ///< counts so far, of what the writer does not count itself
};

/// Encodes documents in jobs of about a MiB, several at once, and writes them in the order they
/// came. Memory holds the jobs under way: for each thread their text and its tokens.
class OrderedEncoder {
 public:
  OrderedEncoder(const Tokenizer& tokenizer, const PrepareOptions& options, ProgressBar& progress);

  /// The document of a piece of text. Throws Error where it is not UTF-8, or what an earlier
  /// document's job threw.
  void add(const TextPiece& piece, OpenTokenFile& target);

  /// A document of `file`, which must stay where it is. What is wrong with it shows in a later
  /// call.
  void add(const CorpusFile& file, RowDocument document, OpenTokenFile& target);

  /// Writes what is under way. Throws Error of the first bad document.
  void drain();

 private:
  struct Document {
    std::filesystem::path path;
    PieceText text;
  };
  struct TextChunk {
    std::shared_ptr<const Document> document;
    std::string_view text;
    char before = ' ';  ///< the byte in front of it, for the word count
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
  /// Consecutive tokens of one file, and what they add to its facts.
  struct Run {
    OpenTokenFile* target = nullptr;
    std::vector<TokenId> tokens;
    std::vector<std::size_t> document_ends;
    std::int64_t text_bytes = 0;
    std::int64_t words = 0;
    std::vector<std::string> skipped;  ///< a reason each
  };
  using Encoded = std::vector<Run>;

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
  Workers<Encoded> workers_;  ///< last: its jobs use what stands above
};

}  // namespace lamina
