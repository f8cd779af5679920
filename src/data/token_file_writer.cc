#include "lamina/data/token_file_writer.h"

#include <fcntl.h>
#include <spdlog/fmt/fmt.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <random>
#include <utility>

#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/hash.h"
#include "token_index_writer.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kUint16Vocabulary = 65500;
constexpr const char* kEndings[] = {".bin", ".json", ".idx"};  // in the order they are put in place

TokenType type_for(std::int64_t vocab_size) {
  return vocab_size < kUint16Vocabulary ? TokenType::kUint16 : TokenType::kInt32;
}

/// Random, not the process number: writers on several machines may share the folder.
std::string unique_partial_ending() {
  std::random_device random;
  return fmt::format(".partial-{:08x}{:08x}", random(), random());
}

/// Removes what killed writers of the prefix left.
void remove_abandoned(const fs::path& prefix) {
  const fs::path folder = prefix.has_parent_path() ? prefix.parent_path() : fs::path(".");
  const std::string start = prefix.filename().string() + ".bin.partial-";
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(start)) continue;
    const int file = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) continue;
    // A writer holds a lock for as long as it lives.
    if (::flock(file, LOCK_EX | LOCK_NB) == 0) {
      const std::string ending = name.substr(start.size() - std::strlen(".partial-"));
      for (const char* kind : kEndings) {
        fs::remove(with_ending(prefix, kind).string() + ending, ignored);
      }
    }
    ::close(file);
  }
}

[[noreturn]] void fail(const fs::path& path, const char* what) {
  throw Error(fmt::format("{}: {}: {}", path.string(), what, std::strerror(errno)));
}

}  // namespace

TokenFileWriter::TokenFileWriter(fs::path prefix, std::int64_t vocab_size,
                                 std::int64_t max_sequence_tokens)
    : prefix_(std::move(prefix)),
      partial_ending_(unique_partial_ending()),
      vocab_size_(vocab_size),
      max_sequence_tokens_(max_sequence_tokens) {
  std::error_code ignored;  // a folder that could not be made shows in the next call
  if (prefix_.has_parent_path()) fs::create_directories(prefix_.parent_path(), ignored);
  remove_abandoned(prefix_);
  create();
  index_ = std::make_unique<TokenIndexWriter>(partial(".idx"), type_for(vocab_size_));
}

/// Again where another writer took the file for abandoned before it was locked.
void TokenFileWriter::create() {
  struct stat status {};
  do {
    bin_.reset(std::fopen(partial(".bin").c_str(), "wbe"));
    lock_.reset(bin_ ? std::fopen(partial(".bin").c_str(), "rbe") : nullptr);
    if (!bin_) fail(partial(".bin"), "cannot create");
    if (!lock_ && errno != ENOENT) fail(partial(".bin"), "cannot open");
    if (!lock_) continue;
    ::flock(::fileno(lock_.get()), LOCK_SH);
    if (::fstat(::fileno(bin_.get()), &status) != 0) fail(partial(".bin"), "cannot read");
  } while (status.st_nlink == 0);
}

TokenFileWriter::~TokenFileWriter() {
  std::error_code ignored;
  for (const char* ending : kEndings) fs::remove(partial(ending), ignored);
}

fs::path TokenFileWriter::partial(const char* ending) const {
  return with_ending(prefix_, ending).string() + partial_ending_;
}

void TokenFileWriter::append(std::span<const TokenId> tokens) {
  check(tokens);
  while (!tokens.empty()) {
    if (open_sequence_tokens_ == max_sequence_tokens_) end_sequence();
    const auto room = static_cast<std::size_t>(max_sequence_tokens_ - open_sequence_tokens_);
    const auto part = tokens.first(std::min(room, tokens.size()));
    write(part);
    open_sequence_tokens_ += static_cast<std::int64_t>(part.size());
    tokens = tokens.subspan(part.size());
  }
}

void TokenFileWriter::check(std::span<const TokenId> tokens) const {
  for (const TokenId token : tokens) {
    if (token < 0 || token >= vocab_size_) {
      throw Error(fmt::format("{}: got token {}, allowed is 0 to {}", prefix_.string(), token,
                              vocab_size_ - 1));
    }
  }
}

void TokenFileWriter::write(std::span<const TokenId> tokens) {
  if (type_for(vocab_size_) == TokenType::kInt32) {
    write_bytes(tokens.data(), tokens.size_bytes());
    return;
  }
  constexpr std::size_t kBlockTokens = 65536;
  while (!tokens.empty()) {
    const auto block = tokens.first(std::min(kBlockTokens, tokens.size()));
    narrow_.assign(block.begin(), block.end());
    write_bytes(narrow_.data(), narrow_.size() * sizeof narrow_[0]);
    tokens = tokens.subspan(block.size());
  }
}

void TokenFileWriter::write_bytes(const void* bytes, std::size_t count) {
  if (std::fwrite(bytes, 1, count, bin_.get()) != count) fail(partial(".bin"), "cannot write");
}

void TokenFileWriter::end_sequence() {
  index_->add_sequence(static_cast<std::int32_t>(open_sequence_tokens_));
  open_sequence_tokens_ = 0;
}

void TokenFileWriter::end_document() {
  end_sequence();
  index_->end_document();
}

void TokenFileWriter::close_synced() {
  const bool synced = std::fflush(bin_.get()) == 0 && ::fsync(::fileno(bin_.get())) == 0;
  if (!synced || std::fclose(bin_.release()) != 0) fail(partial(".bin"), "cannot write");
}

TokenFileFacts TokenFileWriter::finish(TokenFileFacts facts) {
  assert(open_sequence_tokens_ == 0);
  facts.vocab_size = vocab_size_;
  facts.num_tokens = index_->num_tokens();
  facts.num_documents = index_->num_documents();
  close_synced();
  write_file_synced(partial(".json"), facts_text(facts));
  index_->finish();
  // An older pair must never be seen half replaced, so its index goes first; the same index again
  // is another writer's of the same content and stays, as readers may be opening it.
  const fs::path final_index = with_ending(prefix_, ".idx");
  if (fs::exists(final_index) && hash_file(final_index) != hash_file(partial(".idx"))) {
    fs::remove(final_index);
  }
  for (const char* ending : kEndings) fs::rename(partial(ending), with_ending(prefix_, ending));
  return facts;
}

}  // namespace lamina
