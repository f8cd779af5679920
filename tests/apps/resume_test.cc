#include <algorithm>
#include <csignal>
#include <set>
#include <thread>

#include "apps/small_run.h"
#include "lamina/core/hash.h"

namespace lamina {
namespace {

constexpr const char* kLong = "train.tokens=51200 train.checkpoint_every_steps=10";  // 200 steps

/// Runs until there is a second checkpoint, then sends the signal. Returns the exit status.
int interrupt_after(const Program& program, const std::filesystem::path& run_folder,
                    const std::string& words, int signal) {
  Child child = program.start(words);
  while (!std::filesystem::exists(run_folder / "checkpoints/step-0000020") && !child.poll()) {
    std::this_thread::yield();
  }
  child.signal(signal);
  return child.wait();
}

class Resume : public SmallRun {
 protected:
  template <class Change>
  static void edit(const std::filesystem::path& json_file, Change change) {
    Json json = read_json(json_file);
    change(json);
    write_file_atomically(json_file, json.dump(2));
  }

  /// The last checkpoint's files, by content, without state.json.
  Json final_hashes(const std::string& name) const {
    return read_json(run_folder(name) / "checkpoints/step-0000200/state.json")["hashes"];
  }

  std::vector<std::filesystem::path> list_checkpoints_by_name(const std::string& name) const {
    std::vector<std::filesystem::path> folders;
    for (const auto& entry : std::filesystem::directory_iterator(run_folder(name) / "checkpoints"))
      folders.push_back(entry.path());
    std::sort(folders.begin(), folders.end());
    return folders;
  }

  /// Metrics without what depends on time and memory.
  std::vector<Json> lasting_metrics(const std::string& name) const {
    std::vector<Json> lines = metrics(name);
    for (Json& line : lines) {
      for (const char* key : {"tokens_per_second", "mfu", "memory_bytes", "seconds_left"})
        line.erase(key);
    }
    return lines;
  }

  void expect_same_run(const std::string& a, const std::string& b) const {
    EXPECT_EQ(final_hashes(a), final_hashes(b));
    EXPECT_EQ(lasting_metrics(a), lasting_metrics(b));
    EXPECT_EQ(lasting_metrics(a).size(), 200u);
    EXPECT_EQ(record(a)["validation"], record(b)["validation"]);
  }
};

TEST_F(Resume, AKilledRunGoesOnBitForBit) {
  train("whole", kLong);
  const std::string words = std::string("train small.yaml name=killed ") + kLong;
  ASSERT_EQ(interrupt_after(program_, run_folder("killed"), words, SIGKILL), 128 + SIGKILL);
  train("killed", kLong);
  expect_same_run("whole", "killed");
}

TEST_F(Resume, ATerminatedRunSavesExitsWith75AndGoesOnBitForBit) {
  train("whole", kLong);
  const std::string words = std::string("train small.yaml name=stopped ") + kLong;
  ASSERT_EQ(interrupt_after(program_, run_folder("stopped"), words, SIGTERM), 75);
  EXPECT_FALSE(std::filesystem::exists(run_folder("stopped") / "result.json"));
  const auto newest = list_checkpoints_by_name("stopped").back() / "state.json";
  edit(newest, [](Json& state) {
    state["wall_seconds"] = state["wall_seconds"].get<double>() + 1000;
    state.erase("hash");
    state["hash"] = hash_text(state.dump());
  });
  train("stopped", kLong);
  EXPECT_GT(record("stopped")["wall_seconds"], 1000);
  expect_same_run("whole", "stopped");
}

TEST_F(Resume, GoesOnAtAnotherNumberOfRanks) {
  train("whole", kLong);
  const std::string words = std::string("train small.yaml name=moved ") + kLong;
  ASSERT_EQ(interrupt_after(program_, run_folder("moved"), words, SIGTERM), 75);
  train("moved", std::string(kLong) + " train.local_ranks=2");
  EXPECT_EQ(losses("moved").size(), 200u);
  // The same samples in the same order; only the order of float32 sums differs.
  EXPECT_NEAR(losses("moved").back(), losses("whole").back(), 1e-3);
  EXPECT_NEAR(losses("moved")[30], losses("whole")[30], 1e-4);
}

TEST_F(Resume, ADamagedCheckpointGivesAWarningAndTheOneBeforeIsTaken) {
  train("whole", kLong);
  const std::string words =
      std::string("train small.yaml name=damaged train.keep_checkpoints=5 ") + kLong;
  ASSERT_EQ(interrupt_after(program_, run_folder("damaged"), words, SIGTERM), 75);
  std::filesystem::path newest;
  for (const auto& entry :
       std::filesystem::directory_iterator(run_folder("damaged") / "checkpoints")) {
    newest = std::max(newest, entry.path());
  }
  std::string bytes = read_file(newest / "model.safetensors");
  bytes[bytes.size() / 2] ^= 1;
  write_file_atomically(newest / "model.safetensors", bytes);
  const ProgramResult result = program_.run(words);
  EXPECT_EQ(result.status, 0);
  EXPECT_NE(result.errors.find("is damaged"), std::string::npos) << result.errors;
  expect_same_run("whole", "damaged");
}

/// A complete run of 20 steps whose record and last checkpoint are gone: resumed from step 15.
class ResumeFrom15 : public Resume {
 protected:
  static constexpr const char* kWords =
      "name=run train.checkpoint_every_steps=5 train.keep_checkpoints=9";

  ResumeFrom15() {
    train("run", kWords);
    last_hashes_ = read_json(checkpoint("20") / "state.json")["hashes"];
    remove(run_folder("run") / "result.json");
    remove_all(checkpoint("20"));
  }

  std::filesystem::path checkpoint(const std::string& step) const {
    return run_folder("run") / "checkpoints" / ("step-00000" + step);
  }

  void expect_resumes_from(const std::string& step, const std::string& warning) {
    const ProgramResult result = program_.run(std::string("train small.yaml ") + kWords);
    EXPECT_EQ(result.status, 0) << result.errors;
    EXPECT_NE(result.errors.find(warning), std::string::npos) << result.errors;
    EXPECT_NE(result.errors.find("from step " + step), std::string::npos) << result.errors;
    EXPECT_EQ(read_json(checkpoint("20") / "state.json")["hashes"], last_hashes_);
  }

  Json last_hashes_;
};

TEST_F(ResumeFrom15, AnEditedStateIsDamage) {
  edit(checkpoint("15") / "state.json", [](Json& state) { state["optimizer_steps"] = 14; });
  expect_resumes_from("10",
                      "step-0000015/state.json: is damaged: its hash differs from the one "
                      "in it; trying the previous checkpoint");
}

TEST_F(ResumeFrom15, AStateWithoutItsHashIsDamage) {
  edit(checkpoint("15") / "state.json", [](Json& state) { state.erase("hash"); });
  expect_resumes_from("10", "step-0000015/state.json: hash is required but not set");
}

TEST_F(ResumeFrom15, AStateOfALaterFormatIsNotRead) {
  edit(checkpoint("15") / "state.json", [](Json& state) { state["format_version"] = 2; });
  expect_resumes_from("10", "step-0000015/state.json: format_version: got 2; expected 1");
}

TEST_F(ResumeFrom15, AnotherRunLeavesTheFolderAsItIs) {
  const std::string before = read_file(run_folder("run") / "config.yaml");
  const ProgramResult result = program_.run(std::string("train small.yaml train.seed=1 ") + kWords);
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.errors.find("belongs to another run"), std::string::npos) << result.errors;
  EXPECT_EQ(read_file(run_folder("run") / "config.yaml"), before);
}

TEST_F(Resume, AnotherConfigurationInTheSameFolderIsRefused) {
  const std::string words = std::string("train small.yaml name=first ") + kLong;
  ASSERT_EQ(interrupt_after(program_, run_folder("first"), words, SIGTERM), 75);
  const ProgramResult result = program_.run(words + " train.seed=1");
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.errors.find("belongs to another run: train.seed was 0, now is 1"),
            std::string::npos)
      << result.errors;
}

/// Each key of a run's identity, a setting that changes that key alone, and the difference that the
/// refusal names.
struct IdentityChange {
  const char* key;
  const char* setting;
  const char* difference;
};

const std::vector<IdentityChange>& identity_changes() {
  static const std::vector<IdentityChange> changes{
      {"model.design", "model.design=H8-MQA", "model.design was H8-MQA-CLA2, now is H8-MQA;"},
      {"model", "model.rope_theta=500", "model.rope_theta was 10000, now is 500;"},
      {"data", "data.train=text/part1.txt", "data was "},
      {"data.sequence_length", "data.sequence_length=16",
       "data.sequence_length was 32, now is 16;"},
      {"train.tokens", "train.tokens=1024", "train.tokens was 512, now is 1024;"},
      {"train.batch_sequences", "train.batch_sequences=4",
       "train.batch_sequences was 8, now is 4;"},
      {"train.precision", "train.precision=bf16", "train.precision was float32, now is bf16;"},
      {"train.seed", "train.seed=1", "train.seed was 0, now is 1;"},
      {"optimizer", "optimizer.betas=[0.8,0.95]",
       "optimizer.betas was [0.9, 0.95], now is [0.8, 0.95];"}};
  return changes;
}

TEST_F(Resume, AChangeOfAnyKeyOfTheIdentityIsRefused) {
  const std::string words = "name=run train.tokens=512 model.max_position_embeddings=64 ";
  train("run", words);
  const Json state = read_json(run_folder("run") / "checkpoints/step-0000002/state.json");
  std::set<std::string> keys, keys_changed;
  for (const auto& [key, value] : state["identity"].items()) keys.insert(key);
  for (const IdentityChange& change : identity_changes()) {
    keys_changed.insert(change.key);
    std::filesystem::remove(run_folder("run") / "result.json");
    const ProgramResult result = program_.run("train small.yaml " + words + change.setting);
    EXPECT_EQ(result.status, 1) << change.key;
    EXPECT_NE(result.errors.find("belongs to another run: " + std::string(change.difference)),
              std::string::npos)
        << change.key << ": " << result.errors;
  }
  EXPECT_EQ(keys, keys_changed) << "each key needs a change here";
  const ProgramResult same = program_.run("train small.yaml " + words);
  EXPECT_NE(same.errors.find("resumes from step 2"), std::string::npos) << same.errors;
}

TEST_F(Resume, ACompleteRunIsLeftAlone) {
  train("done");
  const std::string before = read_file(run_folder("done") / "result.json");
  const ProgramResult result = program_.run("train small.yaml name=done");
  EXPECT_EQ(result.status, 0);
  EXPECT_NE(result.errors.find("is complete already"), std::string::npos);
  EXPECT_EQ(read_file(run_folder("done") / "result.json"), before);
  const ProgramResult other = program_.run("train small.yaml name=done train.seed=7");
  EXPECT_EQ(other.status, 1);
  EXPECT_NE(other.errors.find("holds a complete run of another configuration: "
                              "train.seed was 0, now is 7"),
            std::string::npos)
      << other.errors;
}

/// As on a file system that cannot exchange two names, and with a writer of another step.
TEST_F(Resume, WhatACrashLeftBesideTheCheckpointsIsResumedFromAndCleanedUp) {
  const std::string words = "train.tokens=1024 train.checkpoint_every_steps=3";
  train("run", words);
  std::filesystem::remove(run_folder("run") / "result.json");
  const auto checkpoints = run_folder("run") / "checkpoints";
  std::filesystem::remove_all(checkpoints / "step-0000004");
  std::filesystem::rename(checkpoints / "step-0000003", checkpoints / "step-0000003.replaced");
  write_file_atomically(checkpoints / "step-0000002.partial/model.safetensors", "half");
  const ProgramResult again = program_.run("train small.yaml name=run " + words);
  EXPECT_EQ(again.status, 0) << again.errors;
  EXPECT_NE(again.errors.find("from step 3"), std::string::npos) << again.errors;
  EXPECT_FALSE(std::filesystem::exists(checkpoints / "step-0000002.partial"));
  EXPECT_TRUE(std::filesystem::exists(checkpoints / "step-0000004"));
}

}  // namespace
}  // namespace lamina
