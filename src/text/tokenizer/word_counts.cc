#include "word_counts.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

#include "lamina/core/stop_signal.h"
#include "lamina/text/utf8.h"
#include "pre_tokenizer.h"
#include "unicode/code_points.h"
#include "unicode/utf8_parts.h"

namespace lamina {
namespace {

constexpr std::size_t kBatchBytes = 1 << 20;

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};
using Counts = std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>>;

void add(Counts& counts, std::string_view word, std::int64_t count) {
  const auto found = counts.find(word);
  if (found == counts.end()) {
    counts.emplace(word, count);
  } else {
    found->second += count;
  }
}

/// A bounded queue of batches of documents for the threads that count, so that memory does not hold
/// the corpus. Thread-safe.
class BatchQueue {
 public:
  using Batch = std::vector<std::string>;

  explicit BatchQueue(std::size_t capacity) : capacity_(capacity) {}

  void push(Batch batch) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return batches_.size() < capacity_ || closed_; });
    batches_.push_back(std::move(batch));
    changed_.notify_all();
  }
  /// Nothing if the queue is closed and empty.
  std::optional<Batch> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !batches_.empty() || closed_; });
    if (batches_.empty()) return std::nullopt;
    Batch batch = std::move(batches_.front());
    batches_.pop_front();
    changed_.notify_all();
    return batch;
  }
  void close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> batches_;
  std::size_t capacity_;
  bool closed_ = false;
};

/// Closes the queue at the end of the scope, also after an exception.
class CloseOnExit {
 public:
  explicit CloseOnExit(BatchQueue& queue) : queue_(queue) {}
  ~CloseOnExit() { queue_.close(); }
  CloseOnExit(const CloseOnExit&) = delete;
  CloseOnExit& operator=(const CloseOnExit&) = delete;

 private:
  BatchQueue& queue_;
};

void count_document(const PreTokenizer& pre_tokenizer, std::string_view document, Counts& counts) {
  std::vector<TextSpan> words;
  const auto count_text = [&](TextSpan part) {
    const std::string_view text = slice(document, part);
    pre_tokenizer.split(text, words);
    for (const TextSpan word : words) add(counts, slice(text, word), 1);
  };
  const auto count_bytes = [&](TextSpan part) { add(counts, slice(document, part), 1); };
  for_each_utf8_part(document, count_text, count_bytes);
}

/// Counts the batches of the queue until it is closed. After an error, keeps removing batches, so
/// that `push` never blocks forever, and throws at the end.
Counts count_batches(BatchQueue& queue) {
  const PreTokenizer pre_tokenizer = PreTokenizer::gpt2();
  Counts counts;
  std::exception_ptr failure;
  while (auto batch = queue.pop()) {
    try {
      for (const std::string& document : *batch) {
        if (!failure) count_document(pre_tokenizer, document, counts);
      }
    } catch (...) {
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
  return counts;
}

/// The first offset at or after `at` at which a long document may be cut: before a space or line
/// feed that follows a character other than white space, where GPT-2's pattern always ends a word.
std::size_t cut_after(std::string_view text, std::size_t at) {
  for (; at < text.size(); ++at) {
    if (text[at] != ' ' && text[at] != '\n') continue;
    const std::string_view character = character_before(text, at);
    const bool is_valid = first_invalid_utf8(character) == character.size();
    if (is_valid && !is_white_space(code_point_of(character))) return at;
  }
  return text.size();
}

void push_batches(const DocumentSource& documents, BatchQueue& queue) {
  BatchQueue::Batch batch;
  std::size_t bytes = 0;
  documents([&](std::string_view document) {
    while (!document.empty()) {
      const std::string_view part = document.substr(0, cut_after(document, kBatchBytes));
      document.remove_prefix(part.size());
      batch.emplace_back(part);
      bytes += part.size();
      throw_if_stopped("while training a tokenizer; no file was written");
      if (bytes < kBatchBytes) continue;
      queue.push(std::exchange(batch, {}));
      bytes = 0;
    }
  });
  queue.push(std::move(batch));
}

}  // namespace

std::vector<std::pair<std::string, std::int64_t>> count_gpt2_words(const DocumentSource& documents,
                                                                   int num_threads) {
  const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const int num_workers = num_threads > 0 ? num_threads : cores;
  BatchQueue queue(static_cast<std::size_t>(2 * num_workers));
  std::vector<std::future<Counts>> workers;
  {
    const CloseOnExit close(queue);  // before waiting for the futures
    for (int i = 0; i < num_workers; ++i) {
      workers.push_back(std::async(std::launch::async, [&] { return count_batches(queue); }));
    }
    push_batches(documents, queue);
  }
  Counts counts;
  for (auto& worker : workers) {
    for (const auto& [word, count] : worker.get()) add(counts, word, count);
  }
  std::vector<std::pair<std::string, std::int64_t>> sorted(counts.begin(), counts.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

}  // namespace lamina
