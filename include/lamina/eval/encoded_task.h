#pragma once
#include <span>
#include <string>
#include <vector>

#include "lamina/eval/scoring.h"
#include "lamina/eval/task.h"

namespace lamina {

/// The token requests of a task: one group per document; in a rolling task, one group per window of
/// each text.
class EncodedTask {
 public:
  /// Throws Error that names the task and document if a request cannot be encoded or scored, and
  /// Stopped after a stop signal.
  EncodedTask(const TaskRequests& task, const RequestEncoder& encoder);

  const std::vector<RequestGroup>& groups() const { return groups_; }
  std::int64_t num_token_requests() const { return std::ssize(owners_); }

  /// Converts the answers to token requests, in the order of groups(), to one response per request
  /// of the task. The log-likelihoods of the windows of a text are summed. Needs
  /// answers.size() == num_token_requests().
  std::vector<Response> responses(std::span<const Response> answers) const;

  /// Equal if the tokens and the scored ranges of all requests are equal, in the same order.
  std::string hash() const;

 private:
  void add_document(const TaskDocument& document, const RequestEncoder& encoder);
  void add_text(const std::string& text, const RequestEncoder& encoder);

  std::vector<RequestGroup> groups_;
  std::vector<std::size_t> owners_;  ///< for each token request, the index of its task request
  std::size_t num_requests_ = 0;
};

}  // namespace lamina
