#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <set>

#include "eval/lm_eval_data.h"
#include "eval/sha256.h"
#include "lamina/eval/task.h"

namespace lamina {
namespace {

std::filesystem::path golden_folder() { return shared_folder() / "golden/lm-eval"; }

/// One name for each <task>_<k>shot.summary.json or .requests.jsonl.
std::vector<std::string> golden_runs() {
  std::set<std::string> names;
  std::error_code missing;
  for (const auto& file : std::filesystem::directory_iterator(golden_folder(), missing)) {
    const std::string name = file.path().filename().string();
    if (name.find("shot.") != std::string::npos) names.insert(name.substr(0, name.find('.')));
  }
  if (names.empty()) names.insert("absent");
  return {names.begin(), names.end()};
}

/// "piqa_2shot" as a task and its number of shots.
struct GoldenRun {
  std::string task;
  TaskOptions options;
};

GoldenRun run_of(const std::string& name) {
  const std::size_t underscore = name.rfind('_');
  GoldenRun run{name.substr(0, underscore), {}};
  run.options.num_fewshot = std::stoi(name.substr(underscore + 1));
  return run;
}

std::uint32_t crc32_of(const std::string& text) {
  return static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

/// The pseudo-score that the reference runs used: a function of the request's text.
Response fake_response(const Request& request, bool rolling) {
  const std::uint32_t c = crc32_of(
      rolling ? request.context : request.context + std::string(1, '\0') + request.continuation);
  const double score = -(static_cast<double>(c % 100003) / 1000.0);
  return {rolling ? score * 100 : score, c % 7 == 0};
}

std::vector<Response> fake_responses(const TaskRequests& task) {
  std::vector<Response> responses;
  for (const TaskDocument& document : task.documents) {
    for (const Request& request : document.requests) {
      responses.push_back(fake_response(request, task.rolling));
    }
  }
  return responses;
}

std::string hash_of(const std::vector<TaskRequests>& tasks) {
  Sha256 hash;
  for (const TaskRequests& task : tasks) {
    for (const TaskDocument& document : task.documents) {
      for (const Request& request : document.requests) {
        hash.add(request.context).add(std::string_view("\0", task.rolling ? 0 : 1));
        hash.add(request.continuation).add("\1");
      }
    }
  }
  return hash.hex();
}

/// Numbers to 1e-12 relative, because the reference sums some of them in another order.
void expect_same_metrics(const Json& metrics, const Json& expected, const std::string& name) {
  std::size_t num_metrics = 0;
  for (const auto& [key, value] : expected.items()) {
    if (!key.ends_with(",none")) continue;
    ++num_metrics;
    const std::string metric = key.substr(0, key.size() - 5);
    ASSERT_TRUE(metrics.contains(metric)) << name << " " << metric;
    if (value.is_number()) {
      ASSERT_TRUE(metrics[metric].is_number()) << name << " " << metric;
      const double number = value.get<double>();
      EXPECT_NEAR(metrics[metric].get<double>(), number, 1e-12 * std::abs(number))
          << name << " " << metric;
    } else {
      EXPECT_EQ(metrics[metric], value) << name << " " << metric;
    }
  }
  EXPECT_EQ(metrics.size(), num_metrics) << name << ": " << metrics.dump();
}

class LmEval : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "absent") GTEST_SKIP() << golden_folder() << " is absent";
    const GoldenRun run = run_of(GetParam());
    tasks_ = make_task(run.task, data_.folder(), run.options);
  }

  LmEvalData data_;
  std::vector<TaskRequests> tasks_;
};

TEST_P(LmEval, RequestsEqualTheHarnesss) {
  const auto file = golden_folder() / (GetParam() + ".summary.json");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is absent";
  const Json summary = read_json(file);
  std::size_t num_requests = 0;
  for (const TaskRequests& task : tasks_) {
    EXPECT_EQ(task.documents.size(), summary["n_docs"][task.name].get<std::size_t>()) << task.name;
    num_requests += task.num_requests();
  }
  EXPECT_EQ(tasks_.size(), summary["n_docs"].size());
  EXPECT_EQ(num_requests, summary["n_requests"].get<std::size_t>());
  EXPECT_EQ(hash_of(tasks_), summary["requests_sha256"].get<std::string>());
}

TEST_P(LmEval, StringsEqualTheHarnesss) {
  const auto file = golden_folder() / (GetParam() + ".requests.jsonl");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is absent";
  for (const Json& line : read_json_lines(file)) {
    const auto task = std::find_if(tasks_.begin(), tasks_.end(), [&](const TaskRequests& each) {
      return each.name == line["task"].get<std::string>();
    });
    ASSERT_NE(task, tasks_.end()) << line["task"];
    const Request& request = task->documents.at(line["doc_id"].get<std::size_t>())
                                 .requests.at(line["idx"].get<std::size_t>());
    const Json args =
        task->rolling ? Json{request.context} : Json{request.context, request.continuation};
    EXPECT_EQ(args, line["args"]) << task->name << " document " << line["doc_id"];
  }
}

TEST_P(LmEval, MetricsEqualTheHarnesss) {
  const auto file = golden_folder() / (GetParam() + ".summary.json");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is absent";
  const Json summary = read_json(file);
  std::vector<Json> metrics;
  for (const TaskRequests& task : tasks_) {
    metrics.push_back(task_metrics(task, fake_responses(task), 1000));
    expect_same_metrics(metrics.back(), summary["results"][task.name], task.name);
  }
  const auto groups = task_groups(run_of(GetParam()).task);
  EXPECT_EQ(groups.size(), summary.contains("groups") ? summary["groups"].size() : 0u);
  for (const TaskGroup& group : groups) {
    std::vector<PartMetrics> parts;
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      if (std::count(group.tasks.begin(), group.tasks.end(), tasks_[i].name) == 0) continue;
      parts.push_back({tasks_[i].documents.size(), metrics[i]});
    }
    expect_same_metrics(group_metrics(parts), summary["groups"][group.name], group.name);
  }
}

INSTANTIATE_TEST_SUITE_P(golden, LmEval, testing::ValuesIn(golden_runs()),
                         [](const auto& run) { return run.param; });

// Expected values of each page: counts and detokenised text of lm-evaluation-harness.
TEST(WikitextGolden, PagesAreDetokenisedAndTheirOriginalTextIsCounted) {
  const auto file = golden_folder() / "wikitext_neox_windows.json";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is absent";
  const LmEvalData data;
  const TaskRequests wikitext = make_task("wikitext", data.folder(), {}).at(0);
  const Json pages = read_json(file);
  ASSERT_EQ(wikitext.documents.size(), pages.size());
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const TaskDocument& document = wikitext.documents[i];
    EXPECT_EQ(document.words, pages[i]["page_words"].get<std::int64_t>()) << i;
    EXPECT_EQ(document.bytes, pages[i]["page_bytes"].get<std::int64_t>()) << i;
    EXPECT_EQ(Sha256().add(document.requests[0].context).hex(), pages[i]["detok_sha256"]) << i;
  }
}

}  // namespace
}  // namespace lamina
