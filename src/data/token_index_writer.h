#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "lamina/core/output_file.h"
#include "token_index.h"

namespace lamina {

/// Writes an index of contiguous sequences, in the format of TokenIndex. Needs one bit of memory
/// per sequence. Throws Error that names the file if it cannot be written.
class TokenIndexWriter {
 public:
  TokenIndexWriter(std::filesystem::path path, TokenType type);

  void add_sequence(std::int32_t num_tokens);

  /// The sequences since the previous call are one document; needs at least one.
  void end_document();

  /// Completes and syncs the file. No other call may follow.
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
  std::vector<bool> ends_document_;  ///< for each sequence, whether it is the last of a document
  std::int64_t num_tokens_ = 0;
  std::int64_t num_documents_ = 0;
};

}  // namespace lamina
