#include "lamina/run/check_run.h"

#include <spdlog/fmt/fmt.h>

#include "lamina/core/error.h"
#include "lamina/data/prepare.h"
#include "lamina/text/bpe_trainer.h"

namespace lamina {
namespace {

void check_vocabulary(const Run& run) {
  const std::string& name = run.settings.data.tokenizer;
  const auto to_train = bpe_to_train(name);
  const std::int64_t num_tokens = to_train ? *to_train : make_tokenizer(name)->vocab_size();
  if (num_tokens <= run.spec.vocab_size) return;
  throw SettingError("model.vocab_size", fmt::format("got {}; the tokenizer {} has {} tokens",
                                                     run.spec.vocab_size, name, num_tokens));
}

void check_ranks(const TrainSettings& train) {
  if (train.batch_sequences >= train.local_ranks) return;
  throw SettingError("train.batch_sequences",
                     fmt::format("got {}; expected at least {}, one for each rank",
                                 train.batch_sequences, train.local_ranks));
}

}  // namespace

void check_training_settings(const Run& run) {
  if (run.settings.train.tokens == 0) {
    throw SettingError("train.tokens", "is not set; expected at least 1");
  }
  if (run.settings.data.train.empty()) {
    throw SettingError("data.train", "is empty; expected the places of training text");
  }
  check_ranks(run.settings.train);
}

std::vector<RequestedTask> check_trainable(const Run& run) {
  check_training_settings(run);
  check_vocabulary(run);
  std::vector<RequestedTask> tasks = load_tasks(run.settings.evaluation);
  in_section("data", [&] { check_data(run.settings.data); });
  return tasks;
}

}  // namespace lamina
