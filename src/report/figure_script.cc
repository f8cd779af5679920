#include "figure_script.h"

#include <spdlog/fmt/fmt.h>

#include <cmath>
#include <ranges>

namespace lamina {
namespace {

constexpr const char* kTextColor = "#222222";
constexpr const char* kCaptionColor = "#666666";
constexpr const char* kAxisColor = "#9a9a9a";
constexpr const char* kGridColor = "#e4e4e4";
constexpr const char* kFrontColor = "#b0b0b0";
constexpr int kTickSize = 18;
constexpr int kTitleSize = 21;
constexpr int kFigureTitleSize = 27;

/// A gnuplot string literal: between single quotes every character except the quote is literal.
std::string quoted(const std::string& text) {
  std::string literal = "'";
  for (const char character : text) {
    const bool is_control = static_cast<unsigned char>(character) < 0x20;
    literal += character == '\'' ? "''" : std::string(1, is_control ? ' ' : character);
  }
  return literal + "'";
}

/// Screen coordinates of gnuplot: fractions of the figure, y upwards.
std::string screen(const Pixel& pixel) {
  return fmt::format("screen {:.6f},{:.6f}", pixel.x / kFigureWidth, 1 - pixel.y / kFigureHeight);
}

/// A text at a fixed place.
struct Text {
  std::string text;
  Pixel at;  ///< middle of the text's height
  const char* alignment = "left";
  double size = kLabelSize;
  const char* color = kTextColor;
  bool is_bold = false;
};

std::string label_line(const Text& text) {
  return fmt::format("set label {} at {} {} font '{}{},{}' tc rgb '{}' front\n", quoted(text.text),
                     screen(text.at), text.alignment, kFigureFont, text.is_bold ? " Bold" : "",
                     text.size, text.color);
}

/// A disc for designs on the Pareto front, a ring for the others.
std::string marker_line(const Pixel& at, double radius, const std::string& color, bool is_filled) {
  return fmt::format(
      "set object circle at {} size screen {:.6f} fc rgb '{}' fs solid border lc rgb '{}' lw 3 "
      "front\n",
      screen(at), radius / kFigureWidth, is_filled ? color : "#ffffff", color);
}

std::string line_between(const Pixel& from, const Pixel& to, const char* style) {
  return fmt::format("set arrow from {} to {} nohead {}\n", screen(from), screen(to), style);
}

std::string ticks_line(const char* name, const FigureAxis& axis) {
  std::string ticks;
  for (const auto& [place, text] : axis.ticks) {
    ticks += fmt::format("{}{} {:.10g}", ticks.empty() ? "" : ", ", quoted(text), place);
  }
  return fmt::format(
      "set {}range [{:.10g}:{:.10g}]\nset {}tics nomirror out scale 0.5 font '{},{}' "
      "textcolor rgb '{}' ({})\n",
      name, axis.low, axis.high, name, kFigureFont, kTickSize, kTextColor, ticks);
}

std::string frame_lines(const FigureLayout& layout) {
  const Box& plot = layout.plot;
  return fmt::format(
             "set encoding utf8\nunset key\nset border 3 lc rgb '{}' lw 1.5\n"
             "set grid xtics ytics back lt 1 lc rgb '{}' lw 1\n"
             "set lmargin at screen {:.6f}\nset rmargin at screen {:.6f}\n"
             "set tmargin at screen {:.6f}\nset bmargin at screen {:.6f}\n",
             kAxisColor, kGridColor, plot.left / kFigureWidth, plot.right / kFigureWidth,
             1 - plot.top / kFigureHeight, 1 - plot.bottom / kFigureHeight) +
         ticks_line("x", layout.x) + ticks_line("y", layout.y);
}

std::string title_lines(const FigureLayout& layout) {
  const Box& plot = layout.plot;
  const Pixel below{(plot.left + plot.right) / 2, plot.bottom + 75};
  const Pixel beside{38, (plot.top + plot.bottom) / 2};
  std::string lines =
      label_line({.text = layout.x.title, .at = below, .alignment = "center", .size = kTitleSize});
  std::string y_title =
      label_line({.text = layout.y.title, .at = beside, .alignment = "center", .size = kTitleSize});
  y_title.insert(y_title.find(" font "), " rotate by 90");
  lines += y_title;
  if (!layout.title.empty()) {
    lines += label_line(
        {.text = layout.title, .at = {plot.left, 45}, .size = kFigureTitleSize, .is_bold = true});
  }
  double caption_y = kFigureHeight - 18;
  for (const std::string& caption : layout.captions | std::views::reverse) {
    lines += label_line({.text = caption,
                         .at = {plot.right, caption_y},
                         .alignment = "right",
                         .size = 14,
                         .color = kCaptionColor});
    caption_y -= kCaptionPitch;
  }
  return lines;
}

/// One row above the plot: the families, then the line of the Pareto front.
std::string legend_lines(const FigureLayout& layout) {
  Pixel at{layout.plot.left + kMarkerRadius, layout.plot.top - 45};
  std::string lines;
  const auto add_text = [&](const std::string& text) {
    lines += label_line({.text = text, .at = at, .size = kLegendSize});
    at.x += text_width(text, kLegendSize) + 40;
  };
  for (const auto& [family, color] : layout.legend) {
    lines += marker_line(at, kMarkerRadius, color, true);
    at.x += kMarkerRadius + 10;
    add_text(family);
  }
  const Pixel end{at.x + 44, at.y};
  lines += line_between(at, end, fmt::format("lc rgb '{}' lw 3 front", kFrontColor).c_str());
  lines += marker_line({at.x + 22, at.y}, kMarkerRadius, kFrontColor, true);
  at.x = end.x + 10;
  add_text("Pareto front (filled)");
  return lines;
}

/// A label is anchored at the side of its box that faces the marker, so that its distance from the
/// marker is the same in viewers with a wider or narrower font.
std::string point_label(const FigurePoint& point, const Pixel& marker) {
  const Box& box = point.placed.box;
  const double middle = (box.top + box.bottom) / 2;
  Text text{.text = point.label, .at = {(box.left + box.right) / 2, middle}, .alignment = "center"};
  if (box.left > marker.x) text.at.x = box.left, text.alignment = "left";
  if (box.right < marker.x) text.at.x = box.right, text.alignment = "right";
  return label_line(text);
}

std::string leader_line(const FigurePoint& point, const Pixel& marker) {
  const Pixel& end = point.placed.leader_end;
  const double start = (point.radius + 2) / std::hypot(end.x - marker.x, end.y - marker.y);
  const Pixel from{marker.x + start * (end.x - marker.x), marker.y + start * (end.y - marker.y)};
  return line_between(from, end, fmt::format("lc rgb '{}' lw 1 front", kAxisColor).c_str());
}

/// Points upwards, out of the plot.
std::string off_scale_arrow(const FigurePoint& point, const Pixel& marker) {
  return fmt::format(
      "set arrow from {} to {} head size screen 0.006,25 filled lc rgb '{}' lw 3 front\n",
      screen(marker), screen({marker.x, marker.y - 3 * point.radius}), point.color);
}

std::string point_lines(const FigureLayout& layout, const FigurePoint& point) {
  const Pixel marker = pixel_at(layout, point.x, point.y);
  return (point.is_off_scale ? off_scale_arrow(point, marker) : "") +
         marker_line(marker, point.radius, point.color, point.is_pareto) +
         point_label(point, marker) + (point.placed.has_leader ? leader_line(point, marker) : "");
}

/// The corners of the Pareto front, and the error bars, which have length 0 for one seed.
std::string data_lines(const FigureLayout& layout) {
  std::string lines = "$front << END\n";
  for (const auto& [x, y] : layout.front) lines += fmt::format("{:.10g} {:.10g}\n", x, y);
  lines += "END\n$bars << END\n";
  for (const FigurePoint& point : layout.points) {
    lines += fmt::format("{:.10g} {:.10g} {:.10g} 0x{}\n", point.x, point.y - point.deviation,
                         2 * point.deviation, point.color.substr(1));
  }
  return lines + "END\n";
}

}  // namespace

std::string figure_script(const FigureLayout& layout, const std::filesystem::path& svg,
                          const std::filesystem::path& png) {
  std::string script = frame_lines(layout) + title_lines(layout) + legend_lines(layout);
  for (const FigurePoint& point : layout.points) script += point_lines(layout, point);
  script += data_lines(layout);
  // pngcairo has 96 pixels per inch: a font scale of 0.75 makes a point a pixel, as in SVG.
  script += fmt::format(
      "set terminal svg noenhanced size {0},{1} font '{2},{3}' background rgb 'white'\n"
      "set output {4}\n"
      "plot $front with lines lw 3 lc rgb '{6}', "
      "$bars using 1:2:(0):3:4 with vectors nohead lw 3 lc rgb variable\n"
      "set terminal pngcairo noenhanced size {0},{1} font '{2},{3}' fontscale 0.75\n"
      "set output {5}\nreplot\nunset output\n",
      kFigureWidth, kFigureHeight, kFigureFont, kLabelSize, quoted(svg.string()),
      quoted(png.string()), kFrontColor);
  return script;
}

}  // namespace lamina
