#pragma once
#include <string>
#include <utility>
#include <vector>

namespace lamina {

/// Pixels from the figure's upper left corner, y downwards.
struct Pixel {
  double x = 0;
  double y = 0;
};

struct Box {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;
};

/// A point's marker and the size of the text that names it.
struct LabelledPoint {
  Pixel at;
  double marker_radius = 0;
  double text_width = 0;
  double text_height = 0;
};

struct PlacedLabel {
  Box box;
  bool has_leader = false;  ///< too far from its point to be read without a line to it
  Pixel leader_end;         ///< where that line meets the box
};

struct PlacementArea {
  Box box;                                          ///< labels stay inside
  std::vector<std::pair<Pixel, Pixel>> lines = {};  ///< drawn lines, not to be covered
};

/// A box for each point's label, close to its marker and, as far as there is room, clear of all
/// markers, of the other labels and of the lines. The same input gives the same boxes.
std::vector<PlacedLabel> place_labels(const std::vector<LabelledPoint>& points,
                                      const PlacementArea& area);

/// Width of a text in the figure's font (DejaVu Sans) at `size` pixels.
double text_width(const std::string& text, double size);

}  // namespace lamina
