#include "figure_layout.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "comparison.h"
#include "family_colors.h"
#include "lamina/core/error.h"
#include "lamina/core/units.h"
#include "lamina/design/design_name.h"
#include "lamina/report/pareto.h"
#include "seeds.h"

namespace lamina {
namespace {

using Means = std::vector<SeedMean>;

constexpr double kMinOctaves = 2.2;  // so that the KV axis has at least two ticks
constexpr double kRingWidth = 5;     // pixels by which a point is wider than one drawn over it

/// The design, and if several points have it, the settings in which they differ.
std::vector<std::string> label_texts(const Means& means) {
  std::map<std::string, int> num_of_design;
  for (const SeedMean& mean : means) ++num_of_design[mean.record.design];
  const std::vector<std::string> varied = varied_conditions(means);
  std::vector<std::string> labels;
  for (const SeedMean& mean : means) {
    std::string& label = labels.emplace_back(mean.record.design);
    if (num_of_design[label] == 1) continue;
    for (const std::string& name : varied) {
      const std::string text = condition_text(mean.record, name);
      if (!text.empty()) label += fmt::format(", {} {}", name.substr(name.rfind('.') + 1), text);
    }
  }
  return labels;
}

/// The colour of a family; grey if it has none of its own.
std::string color_of(const std::string& family,
                     const std::vector<std::pair<std::string, std::string>>& legend) {
  const auto found = std::ranges::find_if(legend, [&](const auto& e) { return e.first == family; });
  return found == legend.end() ? legend.back().second : found->second;  // the last one is "other"
}

/// 0 for one seed.
double deviation_of(const SeedMean& mean, Quality quality) {
  const auto& deviation =
      quality == Quality::kPerplexity ? mean.perplexity_deviation : mean.bits_per_byte_deviation;
  return deviation.value_or(0);
}

/// Adds a point per mean with a finite quality; a caption names the others.
void add_points(FigureLayout& layout, const Means& means, Quality quality) {
  const std::vector<std::string> labels = label_texts(means);
  std::vector<std::string> designs, missing;
  for (std::size_t i = 0; i < means.size(); ++i) {
    const bool drawn = std::isfinite(quality_of(means[i].record, quality));
    (drawn ? designs : missing).push_back(drawn ? means[i].record.design : labels[i]);
  }
  layout.legend = family_colors(designs);
  if (!missing.empty()) {
    layout.captions.push_back(
        fmt::format("Not drawn, because not finite: {}", fmt::join(missing, "; ")));
  }
  for (std::size_t i = 0; i < means.size(); ++i) {
    const Record& record = means[i].record;
    const double y = quality_of(record, quality);
    if (!std::isfinite(y)) continue;
    FigurePoint point{.label = labels[i], .family = design_family(record.design)};
    point.color = color_of(point.family, layout.legend);
    point.x = std::log2(static_cast<double>(record.kv_bytes_per_token));
    point.y = y;
    point.deviation = deviation_of(means[i], quality);
    layout.points.push_back(point);
  }
}

/// The largest value that is drawn to scale: with a diverged run on the axis, all others would be
/// on one line. In ascending order, a value is off the scale if its distance from the best value is
/// more than twice the best value and more than four times the range of the values below it.
double max_on_scale(const FigureLayout& layout) {
  std::vector<double> values;
  for (const FigurePoint& point : layout.points) values.push_back(point.y);
  std::ranges::sort(values);
  const double best = values.front();
  double max = best;
  for (const double value : values) {
    if (value - best > std::max(4 * (max - best), 2 * best)) break;
    max = value;
  }
  return max;
}

/// Their labels and the caption show their values, which the axis does not.
void mark_off_scale(FigureLayout& layout) {
  const double max = max_on_scale(layout);
  std::vector<std::string> labels;
  for (FigurePoint& point : layout.points) {
    if (point.y <= max) continue;
    point.is_off_scale = true;
    point.label += fmt::format(" ({})", measured_number(point.y, 2));
    labels.push_back(point.label);
  }
  if (!labels.empty()) {
    layout.captions.push_back(
        fmt::format("Off the scale, at the upper edge: {}", fmt::join(labels, "; ")));
  }
}

/// Call after set_y_axis, which sets the upper edge.
void move_off_scale_to_edge(FigureLayout& layout) {
  for (FigurePoint& point : layout.points) {
    if (!point.is_off_scale) continue;
    point.y = layout.y.high;
    point.deviation = 0;
  }
  for (auto& [x, y] : layout.front) y = std::min(y, layout.y.high);
}

/// Moves the lower edge of the plot up for each caption after the first, which has room already.
void add_warning(FigureLayout& layout, const std::string& warning) {
  if (!warning.empty()) layout.captions.push_back(warning);
  for (std::size_t i = 1; i < layout.captions.size(); ++i) layout.plot.bottom -= kCaptionPitch;
}

/// Marks the points of the Pareto front and adds its steps: the best quality for each number of KV
/// bytes.
void add_front(FigureLayout& layout) {
  std::vector<double> cost, loss;
  for (const FigurePoint& point : layout.points) {
    cost.push_back(point.x);
    loss.push_back(point.y);
  }
  const std::vector<bool> on_front = pareto_front(cost, loss);
  std::vector<std::pair<double, double>> corners;
  for (std::size_t i = 0; i < layout.points.size(); ++i) {
    layout.points[i].is_pareto = on_front[i];
    if (on_front[i]) corners.emplace_back(cost[i], loss[i]);
  }
  std::ranges::sort(corners);
  for (const auto& corner : corners) {
    if (!layout.front.empty()) layout.front.emplace_back(corner.first, layout.front.back().second);
    layout.front.push_back(corner);
  }
}

/// 9 -> "512 B", 11 -> "2 KiB"
std::string power_of_two_bytes(int exponent) {
  static constexpr std::array kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  return fmt::format("{} {}", 1 << exponent % 10,
                     kUnits.at(static_cast<std::size_t>(exponent / 10)));
}

/// log2 of the KV bytes, with ticks at powers of two.
void set_x_axis(FigureLayout& layout) {
  const auto [low, high] = std::ranges::minmax(layout.points, {}, &FigurePoint::x);
  const double span = high.x - low.x;
  const double margin = std::max({0.6, 0.08 * span, (kMinOctaves - span) / 2});
  layout.x = {.title = "KV cache per token, log scale",
              .low = std::max(0.0, low.x - margin),
              .high = high.x + margin};
  const int step = layout.x.high - layout.x.low > 13 ? 2 : 1;
  for (int e = static_cast<int>(std::ceil(layout.x.low)); e <= layout.x.high; e += step) {
    layout.x.ticks.emplace_back(e, power_of_two_bytes(e));
  }
}

/// The distance between ticks and the number of decimals of their labels: the smallest of 1, 2, 2.5
/// and 5 times a power of ten that divides `span` into at most seven parts.
std::pair<double, int> tick_step(double span) {
  const double power = std::floor(std::log10(span / 7));
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    const double step = factor * std::pow(10, power);
    if (span / step <= 7)
      return {step, std::max(0, (factor == 2.5 ? 1 : 0) - static_cast<int>(power))};
  }
  return {std::pow(10, power + 1), std::max(0, -1 - static_cast<int>(power))};
}

/// Covers the points on the scale with their error bars.
void set_y_axis(FigureLayout& layout, Quality quality) {
  const auto bottom = [](const FigurePoint& point) { return point.y - point.deviation; };
  const auto top = [](const FigurePoint& point) { return point.y + point.deviation; };
  std::vector<FigurePoint> drawn = layout.points;
  std::erase_if(drawn, [](const FigurePoint& point) { return point.is_off_scale; });
  const double low = bottom(std::ranges::min(drawn, {}, bottom));
  const double high = top(std::ranges::max(drawn, {}, top));
  const double margin = high > low ? std::max(0.1 * (high - low), 0.002 * high) : 0.05 * high;
  layout.y = {.title = quality == Quality::kPerplexity
                           ? "Validation perplexity, lower is better"
                           : "Validation bits per byte, lower is better",
              .low = std::max(0.0, low - margin),
              .high = high + margin};
  const auto [step, decimals] = tick_step(layout.y.high - layout.y.low);
  for (double k = std::ceil(layout.y.low / step); k * step <= layout.y.high; ++k) {
    layout.y.ticks.emplace_back(k * step, measured_number(k * step, decimals));
  }
}

/// Whether one marker would cover most of the other.
bool hide_each_other(const FigureLayout& layout, const FigurePoint& a, const FigurePoint& b) {
  const Pixel a_at = pixel_at(layout, a.x, a.y), b_at = pixel_at(layout, b.x, b.y);
  return std::hypot(a_at.x - b_at.x, a_at.y - b_at.y) < kMarkerRadius / 2;
}

/// Draws points that would hide each other as concentric rings, the first one widest. At most
/// three rings are added; beyond that only the labels show how many points there are.
void set_radii(FigureLayout& layout) {
  std::vector<FigurePoint>& points = layout.points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t later = i + 1; later < points.size(); ++later) {
      if (hide_each_other(layout, points[i], points[later])) points[i].radius += kRingWidth;
    }
    points[i].radius = std::min(points[i].radius, kMarkerRadius + 3 * kRingWidth);
  }
}

/// The radius of the widest ring around the same place, which the label must avoid.
double widest_radius_at(const FigureLayout& layout, const FigurePoint& point) {
  double radius = point.radius;
  for (const FigurePoint& other : layout.points) {
    if (hide_each_other(layout, point, other)) radius = std::max(radius, other.radius);
  }
  return radius;
}

/// Places the labels; they avoid the Pareto front and the error bars.
void add_labels(FigureLayout& layout) {
  PlacementArea area{.box = layout.plot};
  for (std::size_t i = 0; i + 1 < layout.front.size(); ++i) {
    const auto &from = layout.front[i], &to = layout.front[i + 1];
    area.lines.emplace_back(pixel_at(layout, from.first, from.second),
                            pixel_at(layout, to.first, to.second));
  }
  std::vector<LabelledPoint> points;
  for (const FigurePoint& point : layout.points) {
    points.push_back({.at = pixel_at(layout, point.x, point.y),
                      .marker_radius = widest_radius_at(layout, point),
                      .text_width = text_width(point.label, kLabelSize) + 2,
                      .text_height = kLabelSize});
    if (point.deviation > 0) {
      area.lines.emplace_back(pixel_at(layout, point.x, point.y - point.deviation),
                              pixel_at(layout, point.x, point.y + point.deviation));
    }
  }
  const std::vector<PlacedLabel> placed = place_labels(points, area);
  for (std::size_t i = 0; i < placed.size(); ++i) layout.points[i].placed = placed[i];
}

}  // namespace

Pixel pixel_at(const FigureLayout& layout, double x, double y) {
  const Box& plot = layout.plot;
  const double right = (x - layout.x.low) / (layout.x.high - layout.x.low);
  const double up = (y - layout.y.low) / (layout.y.high - layout.y.low);
  return {plot.left + right * (plot.right - plot.left),
          plot.bottom - up * (plot.bottom - plot.top)};
}

FigureLayout lay_out_figure(std::span<const Record> records, const FigureOptions& options) {
  const Quality quality = ranking_quality(records, options.quality);
  const double top = options.title.empty() ? 95 : 145;
  FigureLayout layout{.title = options.title,
                      .plot = {.left = 130, .top = top, .right = 1560, .bottom = 885}};
  add_points(layout, average_over_seeds(records), quality);
  if (layout.points.empty()) {
    throw Error(fmt::format("no figure: no record has a finite {}", enum_name(quality)));
  }
  mark_off_scale(layout);
  add_warning(layout, held_out_warning(records, quality));
  add_front(layout);
  set_x_axis(layout);
  set_y_axis(layout, quality);
  move_off_scale_to_edge(layout);
  set_radii(layout);
  add_labels(layout);
  return layout;
}

}  // namespace lamina
