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

/// What one rank finds when it checks a candidate: it is valid, damaged or missing.
struct CandidateCheck {
  std::string folder;
  bool exists = false;
  std::string hash;    ///< if it is valid
  std::string damage;  ///< error message; "" if there is none
};

/// The text that ProcessGroup::decide sends to rank 0; checks_of is its inverse.
std::string text_of(const CandidateCheck& check) {
  return Json::array({check.folder, check.exists, check.hash, check.damage}).dump();
}

std::vector<CandidateCheck> checks_of(std::span<const std::string> by_rank) {
  std::vector<CandidateCheck> checks;
  for (const std::string& text : by_rank) {
    const Json fields = Json::parse(text);
    checks.push_back({fields[0], fields[1], fields[2], fields[3]});
  }
  return checks;
}

/// Also reads the state of a valid candidate.
CandidateCheck check_candidate(const fs::path& folder, TrainingState& state) {
  CandidateCheck check{folder.string(), fs::exists(folder), "", ""};
  if (!check.exists) return check;
  try {
    CheckedCheckpoint checked = check_training_checkpoint(folder);
    check.hash = std::move(checked.hash);
    state = std::move(checked.state);
  } catch (const Error& error) {
    check.damage = error.what();
  }
  return check;
}

/// Chooses and judges candidates on rank 0.
class CandidateSelection {
 public:
  CandidateSelection(const RunFolder& run_folder, std::vector<fs::path> candidates)
      : folder_(run_folder.checkpoints()), candidates_(std::move(candidates)) {}

  /// The name of the next candidate; "" if no rank has a checkpoint.
  std::string propose(std::span<const std::string> newest_by_rank) {
    if (candidates_.empty()) return check_none(newest_by_rank);
    if (next_ == candidates_.size()) {
      throw Error(fmt::format("{}: no valid checkpoint; remove the folder to start over",
                              folder_.string()));
    }
    return candidates_[next_++].filename().string();
  }

  /// kValid, or the error message of a rank for which it is damaged. Throws Error if the ranks have
  /// different files.
  std::string judge(std::span<const std::string> by_rank) const {
    const std::vector<CandidateCheck> checks = checks_of(by_rank);
    for (std::size_t rank = 1; rank < checks.size(); ++rank) check_exists(checks, rank);
    for (std::size_t rank = 0; rank < checks.size(); ++rank) {
      if (checks[rank].damage.empty()) continue;
      return checks.size() == 1 ? checks[0].damage
                                : fmt::format("rank {}: {}", rank, checks[rank].damage);
    }
    // Only now: the hashes of damaged checkpoints are empty.
    for (std::size_t rank = 1; rank < checks.size(); ++rank) check_same(checks, rank);
    return kValid;
  }

 private:
  std::string check_none(std::span<const std::string> newest_by_rank) const {
    for (std::size_t rank = 1; rank < newest_by_rank.size(); ++rank) {
      if (newest_by_rank[rank].empty()) continue;
      throw Error(fmt::format("{}: rank {} has {}, rank 0 has no checkpoint; {}", folder_.string(),
                              rank, newest_by_rank[rank], kSameFolder));
    }
    return "";
  }

  static void check_exists(std::span<const CandidateCheck> checks, std::size_t rank) {
    if (checks[rank].exists) return;
    throw Error(fmt::format("{}: is missing on rank {}, and rank 0 resumes from it; {}",
                            checks[rank].folder, rank, kSameFolder));
  }

  static void check_same(std::span<const CandidateCheck> checks, std::size_t rank) {
    if (checks[rank].hash == checks[0].hash) return;
    throw Error(fmt::format("{}: on rank {} its hash is {}, on rank 0 {}; {}", checks[rank].folder,
                            rank, checks[rank].hash, checks[0].hash, kSameFolder));
  }

  static constexpr const char* kSameFolder =
      "all ranks need the same run folder, on a file system that they share";

  fs::path folder_;                   ///< of all checkpoints
  std::vector<fs::path> candidates_;  ///< newest first
  std::size_t next_ = 0;
};

}  // namespace

std::optional<AgreedCheckpoint> agree_on_checkpoint(
    const RunFolder& run_folder, const ProcessGroup& group,
    const std::function<void(const AgreedCheckpoint&)>& accept) {
  const auto own = run_folder.list_checkpoints();
  CandidateSelection selection(run_folder, own);
  // Ends: each round rank 0 proposes an older candidate, or propose throws after the last one.
  for (;;) {
    const std::string name = group.decide(
        own.empty() ? "" : own.front().filename().string(),
        [&](std::span<const std::string> newest) { return selection.propose(newest); });
    if (name.empty()) return std::nullopt;
    AgreedCheckpoint chosen{run_folder.checkpoints() / name, {}};
    const CandidateCheck check = check_candidate(chosen.folder, chosen.state);
    const std::string found =
        group.decide(text_of(check), [&](std::span<const std::string> by_rank) {
          std::string verdict = selection.judge(by_rank);
          if (verdict == kValid) accept(chosen);
          return verdict;
        });
    if (found == kValid) return chosen;
    if (group.is_first()) log_warning("{}; trying the previous checkpoint", found);
  }
}

}  // namespace lamina
