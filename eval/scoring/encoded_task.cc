#include "lamina/eval/encoded_task.h"

#include <spdlog/fmt/fmt.h>

#include "lamina/core/error.h"
#include "lamina/core/hash.h"
#include "lamina/core/stop_signal.h"

namespace lamina {

EncodedTask::EncodedTask(const TaskRequests& task, const RequestEncoder& encoder) {
  for (std::size_t i = 0; i < task.documents.size(); ++i) {
    throw_if_stopped("while encoding the requests of tasks");
    try {
      if (task.rolling) {
        for (const Request& text : task.documents[i].requests) add_text(text.context, encoder);
      } else {
        add_document(task.documents[i], encoder);
      }
    } catch (const Error& error) {
      throw Error(fmt::format("{}: document {}: {}", task.name, i, error.what()));
    }
  }
}

void EncodedTask::add_document(const TaskDocument& document, const RequestEncoder& encoder) {
  groups_.push_back(encoder.pairs(document.requests));
  for (std::size_t i = 0; i < document.requests.size(); ++i) owners_.push_back(num_requests_++);
}

void EncodedTask::add_text(const std::string& text, const RequestEncoder& encoder) {
  for (TokenRequest& window : encoder.windows(text)) {
    groups_.push_back({std::move(window)});
    owners_.push_back(num_requests_);
  }
  ++num_requests_;
}

std::vector<Response> EncodedTask::responses(std::span<const Response> answers) const {
  std::vector<Response> responses(num_requests_, Response{.log_likelihood = 0, .is_greedy = true});
  for (std::size_t i = 0; i < owners_.size(); ++i) {
    Response& response = responses[owners_[i]];
    response.log_likelihood += answers[i].log_likelihood;
    response.is_greedy = response.is_greedy && answers[i].is_greedy;
  }
  return responses;
}

std::string EncodedTask::hash() const {
  Hasher hasher;
  for (const RequestGroup& group : groups_) {
    for (const TokenRequest& request : group) {
      hasher.add(fmt::format("{} {}\n", request.tokens.size(), request.num_scored));
      hasher.add(std::as_bytes(std::span(request.tokens)));
    }
  }
  return hasher.hex();
}

}  // namespace lamina
