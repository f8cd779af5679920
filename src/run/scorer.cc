#include "lamina/run/scorer.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "lamina/config/json.h"
#include "lamina/config/reader.h"
#include "lamina/core/error.h"
#include "lamina/core/hash.h"
#include "lamina/core/log.h"
#include "lamina/core/progress_bar.h"
#include "lamina/core/stop_signal.h"
#include "lamina/core/units.h"
#include "lamina/data/token_file.h"
#include "lamina/eval/byte_bigram.h"
#include "lamina/eval/cloze.h"
#include "lamina/eval/response_cache.h"
#include "lamina/eval/task_choice.h"
#include "lamina/text/bpe_trainer.h"

namespace lamina {
namespace {

constexpr const char* kCloze = "cloze";

/// The first of several names, and how many more there are.
std::string some_of(const std::set<std::string>& names) {
  const std::string more = names.size() > 1 ? fmt::format(" and {} more", names.size() - 1) : "";
  return *names.begin() + more;
}

/// "piqa_2shot: 24 documents of FILE"
std::string files_text(const RequestedTask& task) {
  std::set<std::string> files;
  std::size_t num_documents = 0;
  for (const TaskRequests& part : task.parts) {
    files.insert(part.files);
    num_documents += part.documents.size();
  }
  return fmt::format("{}{}: {} documents of {}", task.name, task.shots, num_documents,
                     some_of(files));
}

/// Raised when the same weights come to answer otherwise, so that none of before are taken from the
/// cache.
constexpr int kScoringVersion = 2;

/// How many of the first ids decode to at most `max_bytes` bytes; at least one.
std::size_t count_within(std::span<const TokenId> ids, std::int64_t max_bytes,
                         const Tokenizer& tokenizer) {
  std::size_t fits = 1, too_many = ids.size() + 1;
  while (too_many - fits > 1) {
    const std::size_t middle = fits + (too_many - fits) / 2;
    (std::ssize(tokenizer.decode(ids.first(middle))) <= max_bytes ? fits : too_many) = middle;
  }
  return fits;
}

/// The tokens of the files' first `max_bytes` bytes of text, document by document.
std::vector<TokenId> first_tokens(const std::vector<std::filesystem::path>& prefixes,
                                  std::int64_t vocab_size, const Tokenizer& tokenizer,
                                  std::int64_t max_bytes) {
  std::vector<TokenId> tokens;
  std::vector<std::int64_t> wide;
  for (const auto& prefix : prefixes) {
    const TokenFile file(prefix, vocab_size);
    for (std::int64_t i = 0; i < file.num_documents() && max_bytes > 0; ++i) {
      const TokenRange range = file.document(i);
      // Each token except EOS is at least one byte.
      wide.resize(static_cast<std::size_t>(std::min(range.end - range.begin, max_bytes + 1)));
      file.copy(range.begin, wide);
      const std::vector<TokenId> ids(wide.begin(), wide.end());
      const std::int64_t bytes = std::ssize(tokenizer.decode(ids));
      const std::size_t count =
          bytes <= max_bytes ? ids.size() : count_within(ids, max_bytes, tokenizer);
      tokens.insert(tokens.end(), ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count));
      max_bytes -= bytes;
    }
  }
  return tokens;
}

void count_documents(ByteBigram& bigram, const TokenFile& file, const Tokenizer& tokenizer) {
  std::vector<std::int64_t> tokens;
  for (std::int64_t i = 0; i < file.num_documents(); ++i) {
    throw_if_stopped("while bytes were being counted");
    const TokenRange range = file.document(i);
    tokens.resize(static_cast<std::size_t>(range.end - range.begin));
    file.copy(range.begin, tokens);
    const std::vector<TokenId> ids(tokens.begin(), tokens.end());
    bigram.count(tokenizer.decode(ids));
  }
}

/// Collective. Whether something holds on every rank.
bool on_every_rank(bool holds, const Decoder& model, const ProcessGroup& group) {
  const at::Tensor count = at::full({1}, holds ? 1.0 : 0.0,
                                    at::TensorOptions(model.placement().device).dtype(at::kDouble));
  group.all_reduce_sum(count);
  return count.item<double>() == group.size();
}

/// What the answers to a task's requests depend on; rounded to bfloat16, on how they are batched.
std::string cache_key(const std::string& weights_hash, const EncodedTask& task,
                      const Placement& placement, std::int64_t batch_tokens) {
  return hash_text(fmt::format("scoring {} {} {} {} {} {}", kScoringVersion, weights_hash,
                               task.hash(), c10::toString(placement.compute),
                               c10::DeviceTypeName(placement.device.type()),
                               placement.compute == at::kBFloat16 ? batch_tokens : 0));
}

/// A group's metrics, from those of the parts that belong to it.
Json metrics_of(const TaskGroup& group, const RequestedTask& task, std::span<const Json> metrics) {
  std::vector<PartMetrics> parts;
  for (std::size_t i = 0; i < task.parts.size(); ++i) {
    if (std::ranges::find(group.tasks, task.parts[i].name) == group.tasks.end()) continue;
    parts.push_back({task.parts[i].documents.size(), metrics[i]});
  }
  return group_metrics(parts);
}

/// Damaged weights would pass for a model that guesses.
void warn_of_no_numbers(const std::string& task, std::span<const Response> responses) {
  const std::int64_t count = num_nonfinite(responses);
  if (count == 0) return;
  log_warning("{}: {} of {} answers are not finite numbers; its scores mean nothing", task, count,
              responses.size());
}

void add_metrics(const RequestedTask& task, std::span<const Json> metrics, Json& result) {
  const std::vector<TaskGroup> groups = task_groups(task.name);
  for (const TaskGroup& group : groups) {
    result["tasks"][group.name + task.shots] = metrics_of(group, task, metrics);
  }
  for (std::size_t i = 0; i < task.parts.size(); ++i) {
    result[groups.empty() ? "tasks" : "task_parts"][task.parts[i].name + task.shots] = metrics[i];
  }
}

}  // namespace

std::vector<RequestedTask> load_tasks(const EvaluationSettings& settings) {
  std::vector<RequestedTask> tasks;
  for (const std::string& name : settings.tasks) {
    const TaskChoice choice = parse_task_choice(name, settings.num_fewshot);
    const std::string shots =
        choice.num_fewshot > 0 ? fmt::format("_{}shot", choice.num_fewshot) : "";
    RequestedTask& task = tasks.emplace_back(choice.name, shots);
    if (choice.name == kCloze) {
      if (choice.num_fewshot == 0) continue;
      throw UsageError(fmt::format("cloze: {} shots; it takes none", choice.num_fewshot));
    }
    task.parts = make_task(choice.name, settings.data_dir,
                           {choice.num_fewshot, settings.limit, settings.seed});
  }
  return tasks;
}

Scorer::Scorer(const RunSettings& settings, const ModelSpec& spec, const PreparedData& data,
               std::vector<RequestedTask> tasks)
    : settings_(settings),
      data_(data),
      tokenizer_(make_tokenizer(data.tokenizer.empty() ? settings.data.tokenizer : data.tokenizer)),
      vocab_size_(spec.vocab_size),
      tasks_(std::move(tasks)) {
  if (!data.validation.empty()) {
    text_ = held_out_text(first_tokens(data.validation, data.vocab_size, *tokenizer_,
                                       settings.evaluation.validation_bytes),
                          *tokenizer_);
    check_vocabulary(text_->tokens, "held-out text");
  }
  const RequestEncoder encoder(*tokenizer_, spec.max_position_embeddings,
                               settings.evaluation.add_bos);
  for (RequestedTask& task : tasks_) {
    if (task.name == kCloze) make_cloze_of_held_out_text(task);
    for (TaskRequests& part : task.parts) {
      task.encoded.emplace_back(part, encoder);
      part.forget_texts();
      for (const RequestGroup& group : task.encoded.back().groups()) {
        for (const TokenRequest& request : group) check_vocabulary(request.tokens, part.name);
      }
    }
  }
}

void Scorer::check_vocabulary(std::span<const TokenId> tokens, const std::string& where) const {
  for (const TokenId token : tokens) {
    if (token < vocab_size_) continue;
    throw Error(fmt::format("{}: the tokenizer {} gives token {}, but the model has {}", where,
                            tokenizer_name(), token, vocab_size_));
  }
}

void Scorer::make_cloze_of_held_out_text(RequestedTask& task) const {
  if (!text_) {
    throw SettingError("evaluation.tasks",
                       "cloze is made of held-out text, and data.validation names none");
  }
  task.parts = {make_cloze(text_->documents, settings_.evaluation)};
}

std::string Scorer::tokenizer_name() const {
  if (tokenizer_->name() == "bytes") return "bytes";
  const std::string& setting = settings_.data.tokenizer;
  return fmt::format("{} ({})", bpe_to_train(setting) ? setting : tokenizer_->name(),
                     tokenizer_->hash().substr(0, 8));
}

std::vector<std::string> Scorer::files_read() const {
  std::vector<std::string> lines;
  if (text_) {
    std::set<std::string> files;
    for (const auto& prefix : data_.validation) files.insert(prefix.string());
    lines.push_back(
        fmt::format("validation: {} bytes of {}", grouped(text_->bytes), some_of(files)));
  }
  for (const RequestedTask& task : tasks_) {
    if (task.name != kCloze) lines.push_back(files_text(task));  // made of the validation text
  }
  return lines;
}

std::optional<Perplexity> Scorer::perplexity(const Decoder& model,
                                             const ProcessGroup& group) const {
  if (!text_) return {};
  const std::int64_t sequence_length =
      std::min(settings_.data.sequence_length, model.spec().max_position_embeddings);
  return measure_perplexity(model, *text_, tokenizer_->eos_id(),
                            {sequence_length, settings_.evaluation.batch_tokens}, group);
}

std::vector<Response> Scorer::answers(const RequestedTask& task, std::size_t part,
                                      const Decoder& model, const ProcessGroup& group,
                                      const std::string& weights_hash) const {
  const ResponseCache cache(settings_.evaluation.cache);
  const EncodedTask& encoded = task.encoded[part];
  const std::int64_t batch_tokens = settings_.evaluation.batch_tokens;
  const std::string key = cache_key(weights_hash, encoded, model.placement(), batch_tokens);
  if (!weights_hash.empty()) {
    auto found = cache.find(key);
    const bool fits = found && found->size() == task.parts[part].num_requests();
    if (on_every_rank(fits, model, group)) {
      if (group.is_first()) log_info("{}: scored before", task.parts[part].name);
      return *std::move(found);
    }
  }
  ProgressBar bar(task.parts[part].name + " requests", encoded.num_token_requests(),
                  readable_count);
  const auto show = [&](std::int64_t num_scored) {
    if (group.is_first()) bar.move_to(num_scored);
  };
  const auto responses =
      encoded.responses(score_requests(model, encoded.groups(), {batch_tokens}, group, show));
  bar.clear();
  if (group.is_first()) warn_of_no_numbers(task.parts[part].name, responses);
  if (!weights_hash.empty() && group.is_first()) cache.keep(key, responses);
  return responses;
}

Json Scorer::tasks(const Decoder& model, const ProcessGroup& group,
                   const std::string& weights_hash) const {
  Json result{{"tasks", Json::object()}, {"task_parts", Json::object()}};
  for (const RequestedTask& task : tasks_) {
    std::vector<Json> metrics;
    for (std::size_t part = 0; part < task.parts.size(); ++part) {
      const auto responses = answers(task, part, model, group, weights_hash);
      if (group.is_first()) metrics.push_back(task_metrics(task.parts[part], responses));
    }
    if (group.is_first()) add_metrics(task, metrics, result);
  }
  return result;
}

Json Scorer::baselines() const {
  Json result = Json::object();
  if (!settings_.evaluation.byte_bigram || !text_) return result;
  ByteBigram bigram;
  for (const auto& prefix : data_.train)
    count_documents(bigram, TokenFile(prefix, data_.vocab_size), *tokenizer_);
  result["byte_bigram"] = to_json(bigram.score(text_->documents));
  return result;
}

Json Scorer::all(const Decoder& model, const ProcessGroup& group,
                 const std::string& weights_hash) const {
  Json result;
  if (const auto held_out = perplexity(model, group)) result["validation"] = to_json(*held_out);
  result.update(tasks(model, group, weights_hash));
  result["baselines"] = group.is_first() ? baselines() : Json::object();
  return result;
}

void add_scores(const Json& scores, RunRecord& record) {
  if (scores.contains("validation")) {
    read_settings(node_of(scores["validation"], {.file = "validation"}),
                  record.validation.emplace());
  }
  record.tasks = task_metrics_of(scores["tasks"]);
  record.task_parts = task_metrics_of(scores["task_parts"]);
  record.baselines = task_metrics_of(scores["baselines"]);
}

}  // namespace lamina
