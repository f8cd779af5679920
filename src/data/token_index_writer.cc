#include "token_index_writer.h"

#include <spdlog/fmt/fmt.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "lamina/core/error.h"

namespace lamina {

TokenIndexWriter::TokenIndexWriter(std::filesystem::path path, TokenType type)
    : path_(std::move(path)), type_(type), file_(std::fopen(path_.c_str(), "wbe")) {
  if (!file_) fail("cannot create");
  put_header();
}

void TokenIndexWriter::fail(const char* what) const {
  throw Error(fmt::format("{}: {}: {}", path_.string(), what, std::strerror(errno)));
}

template <class Integer>
void TokenIndexWriter::put(Integer value) {
  if (std::fwrite(&value, sizeof value, 1, file_.get()) != 1) fail("cannot write");
}

void TokenIndexWriter::put_header() {
  for (const char c : kIndexMagic) put(c);
  put(kIndexVersion);
  put(type_);
  put(std::uint64_t{ends_document_.size()});
  put(static_cast<std::uint64_t>(num_documents_ + 1));
}

void TokenIndexWriter::add_sequence(std::int32_t num_tokens) {
  put(num_tokens);
  ends_document_.push_back(false);
  num_tokens_ += num_tokens;
}

void TokenIndexWriter::end_document() {
  ends_document_.back() = true;
  ++num_documents_;
}

/// From the lengths, which stand in the file already.
void TokenIndexWriter::put_pointers() {
  if (std::fflush(file_.get()) != 0) fail("cannot write");
  const std::unique_ptr<std::FILE, CloseFile> lengths(std::fopen(path_.c_str(), "rbe"));
  if (!lengths || std::fseek(lengths.get(), kIndexHeaderBytes, SEEK_SET) != 0) fail("cannot read");
  std::int64_t pointer = 0;
  for (std::size_t i = 0; i < ends_document_.size(); ++i) {
    std::int32_t length = 0;
    if (std::fread(&length, sizeof length, 1, lengths.get()) != 1) fail("cannot read");
    put(pointer);
    pointer += length * bytes_per_token(type_);
  }
}

void TokenIndexWriter::put_document_index() {
  put(std::int64_t{0});
  for (std::size_t i = 0; i < ends_document_.size(); ++i) {
    if (ends_document_[i]) put(static_cast<std::int64_t>(i + 1));
  }
}

void TokenIndexWriter::finish() {
  put_pointers();
  put_document_index();
  if (std::fseek(file_.get(), 0, SEEK_SET) != 0) fail("cannot write");
  put_header();
  const bool synced = std::fflush(file_.get()) == 0 && ::fsync(::fileno(file_.get())) == 0;
  if (!synced || std::fclose(file_.release()) != 0) fail("cannot write");
}

}  // namespace lamina
