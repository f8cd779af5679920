#pragma once
#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

namespace lamina {

/// The folder of one run: where each of its files is. Knows names, opens nothing.
///
///   config.yaml            the resolved configuration, every default explicit
///   run.yaml               what a sweep gave `train`; absent where no sweep started the run
///   run.lock               who trains it at the moment (record/run_lock.h)
///   metrics.jsonl          a line per logged step and per validation
///   log.txt, console.log   the run's own log, and all that its process printed under a sweep
///   status.json            what it does at the moment (core/status_file.h)
///   checkpoints/step-NNNNNNN
///   result.json            the record (record/run_record.h): its presence says that the run is
///   complete
class RunFolder {
 public:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path config() const { return path_ / "config.yaml"; }
  std::filesystem::path planned_config() const { return path_ / "run.yaml"; }
  std::filesystem::path lock() const { return path_ / "run.lock"; }
  std::filesystem::path metrics() const { return path_ / "metrics.jsonl"; }
  std::filesystem::path log() const { return path_ / "log.txt"; }
  std::filesystem::path console_log() const { return path_ / "console.log"; }
  std::filesystem::path status() const { return path_ / "status.json"; }
  std::filesystem::path record() const { return path_ / "result.json"; }
  std::filesystem::path checkpoints() const { return path_ / "checkpoints"; }

  /// Of the state after that many steps: checkpoints/step-0001000.
  std::filesystem::path checkpoint(std::int64_t step) const;

  bool is_complete() const { return std::filesystem::exists(record()); }

  /// Complete checkpoints, the newest first: folders whose names `checkpoint` gives. Whatever else
  /// is there (step-, step-1, step-0000001-old, a file) is not a checkpoint, and nothing removes
  /// it.
  std::vector<std::filesystem::path> list_checkpoints() const;

  /// Throws Error where there is none.
  std::filesystem::path newest_checkpoint() const;

  /// Removes what processes that died while they wrote a checkpoint left; for the run's one writer.
  void remove_partial_checkpoints() const;

 private:
  std::filesystem::path path_;
};

}  // namespace lamina
