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
inline constexpr double kLabelSize = 18;  // of the text that names a point
inline constexpr double kLegendSize = 19;
inline constexpr double kCaptionPitch = 22;  // from one line of the captions to the next

struct FigurePoint {
  std::string label;
  std::string family;
  std::string color = "";  ///< "#rrggbb"
  double x = 0;            ///< log2 of the KV bytes per token
  double y = 0;
  double deviation = 0;  ///< 0 for one seed
  bool is_off_scale =
      false;  ///< far above the others: drawn at the top edge, its value in the label
  bool is_pareto = false;
  double radius = kMarkerRadius;
  PlacedLabel placed = {};
};

struct FigureAxis {
  std::string title;
  double low = 0;
  double high = 1;
  std::vector<std::pair<double, std::string>> tics = {};
};

/// All that is to be drawn, and where; figure_script writes it down for gnuplot.
struct FigureLayout {
  std::string title;
  std::vector<std::string> captions = {};  ///< what is not drawn, and what to beware of
  Box plot = {};
  FigureAxis x = {};
  FigureAxis y = {};
  std::vector<FigurePoint> points = {};
  std::vector<std::pair<double, double>> front = {};             ///< a staircase, in axis units
  std::vector<std::pair<std::string, std::string>> legend = {};  ///< family, colour
};

FigureLayout lay_out_figure(std::span<const Record> records, const FigureOptions& options);

/// Pixel of a place in axis units.
Pixel pixel_at(const FigureLayout& layout, double x, double y);

}  // namespace lamina
