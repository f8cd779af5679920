#pragma once
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "lamina/report/records.h"

namespace lamina {

struct FigureOptions {
  std::optional<Quality> quality = std::nullopt;  ///< none: as ranking_quality chooses
  std::string title = "";                         ///< "" for none: slides and papers have their own
};

/// Draws quality against KV bytes per token, one colour a family of designs, with the Pareto front,
/// to STEM.svg and STEM.png (1600 x 1000). Records that differ by seed only are one point with a
/// bar of one sample standard deviation either way. Runs gnuplot; throws Error when that is not
/// installed or fails, when no record has a finite quality, and as ranking_quality does.
void write_figure(std::span<const Record> records, const std::filesystem::path& stem,
                  const FigureOptions& options);

}  // namespace lamina
