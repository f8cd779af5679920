#pragma once
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "lamina/report/records.h"

namespace lamina {

struct FigureOptions {
  std::optional<Quality> quality = std::nullopt;  ///< none: chosen by ranking_quality
  std::string title = "";                         ///< "": none, for slides and papers
};

/// Plots quality against KV bytes per token, one colour per family of designs, with the Pareto
/// front, to STEM.svg and STEM.png (1600 x 1000 pixels). Records that differ only in their seed are
/// one point with an error bar of one sample standard deviation in each direction. A value far
/// above the others is drawn at the upper edge, with a caption. Runs the program gnuplot. Throws
/// Error if gnuplot is not installed or fails, if no record has a finite quality, and as
/// ranking_quality does.
void write_figure(std::span<const Record> records, const std::filesystem::path& stem,
                  const FigureOptions& options);

}  // namespace lamina
