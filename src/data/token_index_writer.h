#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "lamina/core/output_file.h"
#include "token_index.h"

namespace lamina {

/// Writes an index (the format is TokenIndex's) whose sequences lie one behind the other, in memory
/// of one bit a sequence. Throws Error, naming the file, where it cannot be written.
class TokenIndexWriter {
 public:
  TokenIndexWriter(std::filesystem::path path, TokenType type);

  void add_sequence(std::int32_t num_tokens);

  /// The sequences since the last call are a document.
  void end_document();

  /// Completes the file and syncs it; the last call.
  void finish();

  std::int64_t num_tokens() const { return num_tokens_; }
  std::int64_t num_documents() const { return num_documents_; }

 private:
  template <class Integer>
  void put(Integer value);
  std::string header() const;
  void put_pointers();
  void put_document_index();

  std::filesystem::path path_;
  TokenType type_;
  OutputFile file_;
  std::vector<bool> ends_document_;  ///< of each sequence
  std::int64_t num_tokens_ = 0;
  std::int64_t num_documents_ = 0;
};

}  // namespace lamina
