#pragma once
#include <span>
#include <string>
#include <vector>

#include "lamina/eval/scoring.h"
#include "lamina/eval/task.h"

namespace lamina {

/// A task as a model reads it: a group of token requests a document, or one for each window of a
/// rolling task's texts.
class EncodedTask {
 public:
  /// Throws Error naming task and document where a request cannot be asked.
  EncodedTask(const TaskRequests& task, const RequestEncoder& encoder);

  const std::vector<RequestGroup>& groups() const { return groups_; }
  std::int64_t num_token_requests() const { return std::ssize(owners_); }

  /// One answer for each request of the task, from one for each token request: those of a text's
  /// windows are added up.
  std::vector<Response> responses(std::span<const Response> answers) const;

  /// Equal for equal tokens asked in equal order.
  std::string hash() const;

 private:
  void add_document(const TaskDocument& document, const RequestEncoder& encoder);
  void add_text(const std::string& text, const RequestEncoder& encoder);

  std::vector<RequestGroup> groups_;
  std::vector<std::size_t> owners_;  ///< request of the task, of each token request
  std::size_t num_requests_ = 0;
};

}  // namespace lamina
