#pragma once
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "label_placement.h"
#include "lamina/report/figure.h"

namespace lamina {

inline constexpr double kFigureWidth = 1600;  // pixels
inline constexpr double kFigureHeight = 1000;
inline constexpr double kMarkerRadius = 8;
inline constexpr double kLabelSize = 18;  // of the labels of points
inline constexpr double kLegendSize = 19;
inline constexpr double kCaptionPitch = 22;  // between lines of captions

/// A point of the plot: one design, averaged over its seeds.
struct FigurePoint {
  std::string label;
  std::string family;
  std::string color = "";     ///< "#rrggbb"
  double x = 0;               ///< log2 of the KV bytes per token
  double y = 0;               ///< quality
  double deviation = 0;       ///< sample standard deviation of y; 0 for one seed
  bool is_off_scale = false;  ///< drawn at the upper edge, with its value in the label
  bool is_pareto = false;
  double radius = kMarkerRadius;  ///< pixels
  PlacedLabel placed = {};
};

/// An axis from `low` to `high`, with its ticks and their labels.
struct FigureAxis {
  std::string title;
  double low = 0;
  double high = 1;
  std::vector<std::pair<double, std::string>> ticks = {};
};

/// Everything to be drawn and its place; figure_script converts it to a gnuplot program.
struct FigureLayout {
  std::string title;
  std::vector<std::string> captions = {};  ///< points not drawn, warnings
  Box plot = {};
  FigureAxis x = {};
  FigureAxis y = {};
  std::vector<FigurePoint> points = {};
  std::vector<std::pair<double, double>> front = {};  ///< corners of the steps, in axis units
  std::vector<std::pair<std::string, std::string>> legend = {};  ///< family, colour
};

/// Throws Error as write_figure does, except for gnuplot's errors.
FigureLayout lay_out_figure(std::span<const Record> records, const FigureOptions& options);

/// The pixel of a point in axis units.
Pixel pixel_at(const FigureLayout& layout, double x, double y);

}  // namespace lamina
