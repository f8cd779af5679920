#pragma once
#include <filesystem>
#include <string>

#include "figure_layout.h"

namespace lamina {

inline constexpr const char* kFigureFont = "DejaVu Sans";

/// The gnuplot program, including its data, that draws the layout to both files.
std::string figure_script(const FigureLayout& layout, const std::filesystem::path& svg,
                          const std::filesystem::path& png);

}  // namespace lamina
