#pragma once
#include <string>
#include <utility>
#include <vector>

namespace lamina {

/// A position in pixels from the upper left corner of the figure, y downwards.
struct Pixel {
  double x = 0;
  double y = 0;
};

/// A rectangle in pixels.
struct Box {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;
};

/// A point to be labelled: its marker and the size of its label, in pixels.
struct LabelledPoint {
  Pixel at;
  double marker_radius = 0;
  double text_width = 0;
  double text_height = 0;
};

/// Where the label of a point is drawn.
struct PlacedLabel {
  Box box;
  bool has_leader = false;  ///< so far from its point that a leader line is drawn
  Pixel leader_end;         ///< where the leader line meets the box
};

/// Where labels may be.
struct PlacementArea {
  Box box;                                          ///< labels stay inside
  std::vector<std::pair<Pixel, Pixel>> lines = {};  ///< drawn lines that labels should not cover
};

/// The place of each point's label, in the order of the points: near its marker and, if there is
/// room, not on markers, other labels or lines. Deterministic.
std::vector<PlacedLabel> place_labels(const std::vector<LabelledPoint>& points,
                                      const PlacementArea& area);

/// Width in pixels of a text in the font of the figure (DejaVu Sans) at `size` pixels; exact for
/// printable ASCII without kerning.
double text_width(const std::string& text, double size);

}  // namespace lamina
