#pragma once
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

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
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  template <class Integer>
  void put(Integer value);
  void put_header();
  void put_pointers();
  void put_document_index();
  [[noreturn]] void fail(const char* what) const;

  std::filesystem::path path_;
  TokenType type_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  std::vector<bool> ends_document_;  ///< of each sequence
  std::int64_t num_tokens_ = 0;
  std::int64_t num_documents_ = 0;
};

}  // namespace lamina
