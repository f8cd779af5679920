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

/// The settings of a run other than its design and seed: the values of the sweep's grid by dotted
/// key ("optimizer.weight_decay"), and the record's fields learning_rate, tokens, hidden_size,
/// num_hidden_layers, precision and tokenizer under these names.
using Conditions = std::vector<std::pair<std::string, Json>>;

/// A record that was read and has a `validation`. A record without a name gets its design as name.
struct Record : RunRecord {
  std::filesystem::path path;  ///< the file, for messages
  Conditions conditions;

  /// Validation perplexity per token; none if it is not finite, as for a diverged run.
  std::optional<double> perplexity() const { return validation->perplexity; }
  std::optional<double> bits_per_byte() const { return validation->bits_per_byte; }
};

/// Throws Error naming `path` if the record has no `validation`.
Record make_record(RunRecord record, const std::filesystem::path& path);

/// The records at each place: a result.json (under any name), or a folder, which is searched
/// recursively except for folders named "checkpoints". Places are in the given order and the
/// records of a folder are sorted by path; a file that is found twice counts once. A folder without
/// records gives a warning. Throws Error if a place does not exist, a record is invalid, or no
/// place has any record.
std::vector<Record> find_records(std::span<const std::filesystem::path> places);

/// The number by which designs are ranked; lower is better. Perplexities with different tokenizers
/// cannot be compared, bits per byte can.
enum class Quality { kPerplexity, kBitsPerByte };

template <>
struct EnumNames<Quality> {
  static constexpr std::array names{"perplexity", "bits_per_byte"};
};

/// Whether the records have more than one tokenizer.
bool has_several_tokenizers(std::span<const Record> records);

/// The quality that ranks the records: `requested`, or by default the perplexity for one tokenizer
/// and bits per byte for several. Throws Error if it cannot rank them: perplexity with several
/// tokenizers, or bits per byte if a record has only a perplexity.
Quality ranking_quality(std::span<const Record> records, std::optional<Quality> requested);

}  // namespace lamina
