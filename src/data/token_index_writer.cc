#include "token_index_writer.h"

#include <cstring>
#include <string_view>
#include <utility>

#include "lamina/core/files.h"

namespace lamina {
namespace {

template <class Integer>
std::string_view bytes_of(const Integer& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

}  // namespace

TokenIndexWriter::TokenIndexWriter(std::filesystem::path path, TokenType type)
    : path_(std::move(path)), type_(type), file_(path_) {
  file_.write(header());
}

std::string TokenIndexWriter::header() const {
  std::string bytes(kIndexMagic.begin(), kIndexMagic.end());
  bytes += bytes_of(kIndexVersion);
  bytes += bytes_of(type_);
  bytes += bytes_of(std::uint64_t{ends_document_.size()});
  bytes += bytes_of(static_cast<std::uint64_t>(num_documents_ + 1));
  return bytes;
}

void TokenIndexWriter::add_sequence(std::int32_t num_tokens) {
  file_.write(bytes_of(num_tokens));
  ends_document_.push_back(false);
  num_tokens_ += num_tokens;
}

void TokenIndexWriter::end_document() {
  ends_document_.back() = true;
  ++num_documents_;
}

/// Computes the offsets from the lengths, which are already in the file.
void TokenIndexWriter::put_pointers() {
  file_.flush();
  const MappedFile written(path_);
  const auto lengths = written.bytes().subspan(kIndexHeaderBytes);
  std::int64_t pointer = 0;
  for (std::size_t i = 0; i < ends_document_.size(); ++i) {
    std::int32_t length = 0;
    std::memcpy(&length, lengths.data() + i * sizeof length, sizeof length);
    file_.write(bytes_of(pointer));
    pointer += length * bytes_per_token(type_);
  }
}

void TokenIndexWriter::put_document_index() {
  file_.write(bytes_of(std::int64_t{0}));
  for (std::size_t i = 0; i < ends_document_.size(); ++i) {
    if (ends_document_[i]) file_.write(bytes_of(static_cast<std::int64_t>(i + 1)));
  }
}

void TokenIndexWriter::finish() {
  put_pointers();
  put_document_index();
  file_.overwrite(0, header());
  file_.finish();
}

}  // namespace lamina
