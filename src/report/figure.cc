#include "lamina/report/figure.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "figure_layout.h"
#include "figure_script.h"
#include "lamina/core/error.h"
#include "lamina/core/files.h"
#include "lamina/core/process.h"

namespace lamina {
namespace fs = std::filesystem;
namespace {

constexpr int kNotFound = 127;  // exit status of env if the program does not exist

/// The error messages of gnuplot in one line, with single spaces.
std::string error_messages_in(const std::string& output) {
  std::string line;
  for (const char character : output) {
    const bool is_space = character == '\n' || character == ' ' || character == '\t';
    if (!is_space) line += character;
    if (is_space && !line.empty() && line.back() != ' ') line += ' ';
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

/// Appends gnuplot's output to a file, from which its error messages are read.
void run_gnuplot(const fs::path& script, const fs::path& output) {
  Child gnuplot({.arguments = {"/usr/bin/env", "gnuplot", "--default-settings", script.string()},
                 .environment = {},
                 .output_file = output});
  const int status = gnuplot.wait();
  if (status == kNotFound) {
    throw Error("no figure: the program gnuplot is not installed; install the package gnuplot-nox");
  }
  const std::string messages = error_messages_in(read_file(output));
  if (status != 0) {
    throw Error(fmt::format("no figure: gnuplot failed with exit status {}: {}", status, messages));
  }
}

/// Lets viewers without the font use Verdana, which has the same widths, or their sans-serif font.
std::string with_fallback_fonts(std::string svg) {
  const std::string font = fmt::format("font-family=\"{}\"", kFigureFont);
  const std::string fonts = fmt::format("font-family=\"{}, Verdana, sans-serif\"", kFigureFont);
  for (std::size_t at = 0; (at = svg.find(font, at)) != std::string::npos; at += fonts.size()) {
    svg.replace(at, font.size(), fonts);
  }
  return svg;
}

}  // namespace

void write_figure(std::span<const Record> records, const fs::path& stem,
                  const FigureOptions& options) {
  const FigureLayout layout = lay_out_figure(records, options);
  const AtomicDirectory scratch(stem.string() + ".figure");  // never committed, so removed
  const fs::path svg = scratch.path() / "figure.svg", png = scratch.path() / "figure.png";
  const fs::path script = scratch.path() / "figure.gnuplot";
  write_file_synced(script, figure_script(layout, svg, png));
  run_gnuplot(script, scratch.path() / "output.txt");
  write_file_atomically(stem.string() + ".svg", with_fallback_fonts(read_file(svg)));
  write_file_atomically(stem.string() + ".png", read_file(png));
}

}  // namespace lamina
