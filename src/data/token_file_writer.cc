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
#include <set>
#include <utility>

#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/hash.h"
#include "lamina/core/system_call.h"
#include "token_index_writer.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kMaxUint16Vocabulary = 65500;           // exclusive; Megatron's limit
constexpr const char* kEndings[] = {".bin", ".json", ".idx"};  // in the order of renaming

TokenType type_for(std::int64_t vocab_size) {
  return vocab_size < kMaxUint16Vocabulary ? TokenType::kUint16 : TokenType::kInt32;
}

void remove_partial(const fs::path& prefix, const std::string& partial_ending) {
  std::error_code ignored;
  for (const char* ending : kEndings) {
    fs::remove(with_ending(prefix, ending).string() + partial_ending, ignored);
  }
}

/// A writer creates its partial index first, renames or removes it last, and locks it as long as it
/// exists. So partial files whose index is unlocked or missing belong to a killed writer.
void remove_if_abandoned(const fs::path& prefix, const std::string& partial_ending) {
  const fs::path index = with_ending(prefix, ".idx").string() + partial_ending;
  const int file = uninterrupted([&] { return ::open(index.c_str(), O_RDWR | O_CLOEXEC); });
  const bool abandoned = file < 0 ? errno == ENOENT : ::flock(file, LOCK_EX | LOCK_NB) == 0;
  if (abandoned) remove_partial(prefix, partial_ending);
  if (file >= 0) ::close(file);
}

/// Removes the partial files of killed writers of the prefix.
void remove_abandoned(const fs::path& prefix) {
  std::set<std::string> partial_endings;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_of(prefix), ignored)) {
    const std::string name = entry.path().filename().string();
    for (const char* ending : kEndings) {
      const std::string start = with_ending(prefix.filename(), ending).string();
      if (name.starts_with(start + ".partial-")) partial_endings.insert(name.substr(start.size()));
    }
  }
  for (const std::string& ending : partial_endings) remove_if_abandoned(prefix, ending);
}

bool equal_files(const fs::path& a, const fs::path& b) {
  return fs::exists(a) && fs::exists(b) && hash_file(a) == hash_file(b);
}

void make_folder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (!failed) return;
  throw Error(fmt::format("{}: cannot create this folder: {}", folder.string(), failed.message()));
}

[[noreturn]] void fail(const fs::path& path, const char* what) {
  throw Error(fmt::format("{}: {}: {}", path.string(), what, std::strerror(errno)));
}

}  // namespace

TokenFileWriter::TokenFileWriter(fs::path prefix, std::int64_t vocab_size,
                                 std::int64_t max_sequence_tokens)
    : prefix_(std::move(prefix)),
      partial_ending_(random_partial_ending()),
      vocab_size_(vocab_size),
      max_sequence_tokens_(max_sequence_tokens) {
  make_folder(folder_of(prefix_));
  remove_abandoned(prefix_);
  create_locked_index();
  bin_.emplace(partial(".bin"));
}

/// Retries if another writer removed the file as abandoned before it was locked.
void TokenFileWriter::create_locked_index() {
  struct stat status {};
  do {
    lock_.reset(std::fopen(partial(".idx").c_str(), "w+be"));
    if (!lock_) fail(partial(".idx"), "cannot create");
    const int file = ::fileno(lock_.get());
    uninterrupted([&] { return ::flock(file, LOCK_SH); });  // may fail: not all file systems lock
    if (::fstat(file, &status) != 0) fail(partial(".idx"), "cannot read");
  } while (status.st_nlink == 0);
  index_ = std::make_unique<TokenIndexWriter>(partial(".idx"), type_for(vocab_size_));
}

TokenFileWriter::~TokenFileWriter() { remove_partial(prefix_, partial_ending_); }

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
      throw Error(fmt::format("{}: got token {}; expected 0 to {}", prefix_.string(), token,
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
  bin_->write({static_cast<const char*>(bytes), count});
}

void TokenFileWriter::end_sequence() {
  index_->add_sequence(static_cast<std::int32_t>(open_sequence_tokens_));
  open_sequence_tokens_ = 0;
}

void TokenFileWriter::end_document() {
  end_sequence();
  index_->end_document();
}

TokenFileFacts TokenFileWriter::complete(TokenFileFacts facts) {
  assert(open_sequence_tokens_ == 0);
  facts.vocab_size = vocab_size_;
  facts.num_tokens = index_->num_tokens();
  facts.num_documents = index_->num_documents();
  bin_->finish();
  write_file_synced(partial(".json"), facts_text(facts));
  index_->finish();
  return facts;
}

/// Readers must never see a pair of which only one file is new. An equal index with equal metadata
/// was committed by another writer of the same content; it stays, because readers may be opening
/// it.
void TokenFileWriter::remove_older_index() {
  const auto is_unchanged = [&](const char* ending) {
    return equal_files(with_ending(prefix_, ending), partial(ending));
  };
  const fs::path index = with_ending(prefix_, ".idx");
  if (!fs::exists(index)) return;  // an index that appears later is from a concurrent writer
  if (!is_unchanged(".idx") || !is_unchanged(".json")) fs::remove(index);
}

void TokenFileWriter::rename_all() {
  for (const char* ending : kEndings) fs::rename(partial(ending), with_ending(prefix_, ending));
  sync_path(folder_of(prefix_));
}

void TokenFileWriter::commit(std::initializer_list<TokenFileWriter*> writers) {
  for (TokenFileWriter* writer : writers) writer->remove_older_index();
  for (TokenFileWriter* writer : writers) writer->rename_all();
}

TokenFileFacts TokenFileWriter::finish(TokenFileFacts facts) {
  facts = complete(std::move(facts));
  commit({this});
  return facts;
}

}  // namespace lamina
