#include "checkpoint_agreement.h"

#include <spdlog/fmt/fmt.h>

#include <string>
#include <utility>
#include <vector>

#include "lamina/core/error.h"
#include "lamina/core/log.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

constexpr const char* kValid = "valid";

/// What one rank sees of a candidate: valid, damaged, or not there.
struct Sight {
  std::string folder;
  bool exists = false;
  std::string hash;    ///< where it is valid
  std::string damage;  ///< "": none
};

std::string text_of(const Sight& sight) {
  return Json::array({sight.folder, sight.exists, sight.hash, sight.damage}).dump();
}

std::vector<Sight> sights_of(std::span<const std::string> by_rank) {
  std::vector<Sight> sights;
  for (const std::string& text : by_rank) {
    const Json fields = Json::parse(text);
    sights.push_back({fields[0], fields[1], fields[2], fields[3]});
  }
  return sights;
}

/// Also reads the state of a valid one.
Sight look_at(const fs::path& folder, TrainingState& state) {
  Sight sight{folder.string(), fs::exists(folder), "", ""};
  if (!sight.exists) return sight;
  try {
    CheckedCheckpoint checked = check_training_checkpoint(folder);
    sight.hash = std::move(checked.hash);
    state = std::move(checked.state);
  } catch (const Error& error) {
    sight.damage = error.what();
  }
  return sight;
}

/// Rank 0's part.
class Judge {
 public:
  Judge(const RunFolder& run_folder, std::vector<fs::path> candidates)
      : place_(run_folder.checkpoints()), candidates_(std::move(candidates)) {}

  /// The name of the next candidate; "" where no rank has any checkpoint.
  std::string propose(std::span<const std::string> newest_by_rank) {
    if (candidates_.empty()) return none(newest_by_rank);
    if (next_ == candidates_.size()) {
      throw Error(fmt::format("{}: no valid checkpoint; remove the folder to start again",
                              place_.string()));
    }
    return candidates_[next_++].filename().string();
  }

  /// kValid, or the damage that some rank found.
  std::string judge(std::span<const std::string> by_rank) const {
    const std::vector<Sight> sights = sights_of(by_rank);
    for (std::size_t rank = 1; rank < sights.size(); ++rank) check_exists(sights, rank);
    for (std::size_t rank = 0; rank < sights.size(); ++rank) {
      if (sights[rank].damage.empty()) continue;
      return sights.size() == 1 ? sights[0].damage
                                : fmt::format("rank {}: {}", rank, sights[rank].damage);
    }
    for (std::size_t rank = 1; rank < sights.size(); ++rank) check_same(sights, rank);
    return kValid;
  }

 private:
  std::string none(std::span<const std::string> newest_by_rank) const {
    for (std::size_t rank = 1; rank < newest_by_rank.size(); ++rank) {
      if (newest_by_rank[rank].empty()) continue;
      throw Error(fmt::format("{}: rank {} has {} there, rank 0 has no checkpoint; {}",
                              place_.string(), rank, newest_by_rank[rank], kSameFolder));
    }
    return "";
  }

  static void check_exists(std::span<const Sight> sights, std::size_t rank) {
    if (sights[rank].exists) return;
    throw Error(fmt::format("{}: is not there on rank {}, and rank 0 resumes from it; {}",
                            sights[rank].folder, rank, kSameFolder));
  }

  static void check_same(std::span<const Sight> sights, std::size_t rank) {
    if (sights[rank].hash == sights[0].hash) return;
    throw Error(fmt::format("{}: on rank {} its hash is {}, on rank 0 {}; {}", sights[rank].folder,
                            rank, sights[rank].hash, sights[0].hash, kSameFolder));
  }

  static constexpr const char* kSameFolder =
      "all ranks need the same run folder, on a file system that they share";

  fs::path place_;
  std::vector<fs::path> candidates_;  ///< the newest first
  std::size_t next_ = 0;
};

}  // namespace

std::optional<AgreedCheckpoint> agree_on_checkpoint(
    const RunFolder& run_folder, const ProcessGroup& group,
    const std::function<void(const AgreedCheckpoint&)>& accept) {
  const auto own = run_folder.list_checkpoints();
  Judge judge(run_folder, own);
  for (;;) {
    const std::string name =
        group.decide(own.empty() ? "" : own.front().filename().string(),
                     [&](std::span<const std::string> newest) { return judge.propose(newest); });
    if (name.empty()) return std::nullopt;
    AgreedCheckpoint chosen{run_folder.checkpoints() / name, {}};
    const Sight sight = look_at(chosen.folder, chosen.state);
    const std::string found =
        group.decide(text_of(sight), [&](std::span<const std::string> by_rank) {
          std::string judged = judge.judge(by_rank);
          if (judged == kValid) accept(chosen);
          return judged;
        });
    if (found == kValid) return chosen;
    if (group.is_first()) log_warning("{}; trying the checkpoint before", found);
  }
}

}  // namespace lamina
