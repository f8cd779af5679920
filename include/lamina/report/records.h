#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lamina/core/json_lines.h"
#include "lamina/core/setting.h"
#include "lamina/record/run_record.h"

namespace lamina {

/// What a run was made with besides its design and seed: the sweep's grid settings
/// ("optimizer.weight_decay"), and the record's own learning_rate, tokens, hidden_size,
/// num_hidden_layers, precision and tokenizer, which have these short names.
using Conditions = std::vector<std::pair<std::string, Json>>;

/// A record that was read. Its `validation` is there, and its name is the design where it had none.
struct Record : RunRecord {
  std::filesystem::path path;  ///< the file, for messages
  Conditions conditions;

  /// None: not finite, as after a diverged run.
  std::optional<double> perplexity() const { return validation->perplexity; }
  std::optional<double> bits_per_byte() const { return validation->bits_per_byte; }
};

/// Throws Error naming `path` where the record has no validation perplexity to be reported.
Record make_record(RunRecord record, const std::filesystem::path& path);

/// The records of every place: a result.json (under any name), or a folder, searched with all that
/// is below it except folders named "checkpoints". Places in the order given, each place's records
/// by path; a file met twice counts once. A folder without any gives a warning. Throws Error when a
/// place does not exist, and, saying where it looked, when there is no record at all.
std::vector<Record> find_records(std::span<const std::filesystem::path> places);

/// By which number rows are ranked; lower is better. Perplexities of different tokenizers cannot be
/// compared, bits per byte can.
enum class Quality { kPerplexity, kBitsPerByte };

template <>
struct EnumNames<Quality> {
  static constexpr std::array names{"perplexity", "bits_per_byte"};
};

bool has_several_tokenizers(std::span<const Record> records);

/// What ranks the records: `asked`, or where nothing is asked for the perplexity for records of one
/// tokenizer and bits per byte for those of several. Throws Error when they cannot be ranked so:
/// perplexity with several tokenizers, or bits per byte where a record has a perplexity alone.
Quality ranking_quality(std::span<const Record> records, std::optional<Quality> asked);

}  // namespace lamina
