#include "lamina/text/held_out.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "lamina/core/error.h"
#include "lamina/core/random.h"
#include "lamina/text/utf8.h"

namespace lamina {
namespace {

std::uint64_t hash_of(const CorpusFile& file) {
  return mix_keys(purpose_of("held out"), purpose_of(file.name));
}

/// A number in [0, 1): the top 53 bits, the precision of a double.
double fraction_of(std::uint64_t hash) { return static_cast<double>(hash >> 11) * 0x1p-53; }

double number_of(const CorpusFile& file) { return fraction_of(hash_of(file)); }

[[noreturn]] void fail_empty_part(std::span<const CorpusFile> files, double fraction, bool none) {
  const auto [low, high] = std::minmax_element(
      files.begin(), files.end(),
      [](const CorpusFile& a, const CorpusFile& b) { return number_of(a) < number_of(b); });
  throw SettingError(
      "validation_fraction",
      fmt::format("{} holds out {} of the {} files; name separate validation text in "
                  "data.validation, or, with these file names, set a fraction {} {:.4g}",
                  fraction, none ? "none" : "all", files.size(), none ? "above" : "below",
                  number_of(none ? *low : *high)));
}

HeldOutSplit split_by_file(std::span<const CorpusFile> files, double fraction) {
  HeldOutSplit split;
  for (const CorpusFile& file : files) {
    auto& part = number_of(file) < fraction ? split.held_out : split.train;
    part.push_back({file.path, file.name, 0, file.bytes});
  }
  if (split.train.empty() || split.held_out.empty()) {
    fail_empty_part(files, fraction, split.held_out.empty());
  }
  return split;
}

/// The first line start at or after `at`, or else the first character start; text.size() if there
/// is neither.
std::size_t cut_from(std::string_view text, std::size_t at) {
  const std::size_t line_end = text.find('\n', at == 0 ? 0 : at - 1);
  const bool line_follows = line_end != std::string_view::npos && line_end + 1 < text.size();
  return line_follows ? line_end + 1 : next_character_start(text, at);
}

HeldOutSplit split_file(const CorpusFile& file, double fraction) {
  const TextPiece whole{file.path, file.name, 0, file.bytes};
  const MappedFile mapped(file.path);
  const std::string_view text = piece_bytes(mapped, whole);
  const double bytes_kept = static_cast<double>(file.bytes) * (1 - fraction);
  const std::size_t cut = cut_from(text, static_cast<std::size_t>(bytes_kept));
  if (cut == 0 || cut == text.size()) {
    throw Error(fmt::format("{}: too short ({} bytes) to hold out a fraction of {}",
                            file.path.string(), file.bytes, fraction));
  }
  HeldOutSplit split{{whole}, {whole}};
  split.train[0].end = split.held_out[0].begin = static_cast<std::int64_t>(cut);
  return split;
}

}  // namespace

bool is_held_out(const CorpusFile& file, std::int64_t number, double fraction) {
  return fraction_of(mix_keys(hash_of(file), static_cast<std::uint64_t>(number))) < fraction;
}

HeldOutSplit split_held_out(std::span<const CorpusFile> files, double fraction) {
  if (!(fraction > 0 && fraction < 1)) {
    throw Error(fmt::format("held-out fraction: got {}; expected a number > 0 and < 1", fraction));
  }
  return files.size() == 1 ? split_file(files[0], fraction) : split_by_file(files, fraction);
}

}  // namespace lamina
