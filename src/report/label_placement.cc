#include "label_placement.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "lamina/core/random.h"

namespace lamina {
namespace {

// Pixels.
constexpr double kGap = 5;               // between a marker and its label
constexpr double kMinLeaderLength = 10;  // a label further out than kGap + this gets a leader line
constexpr std::array kDistances{0.0, 14.0, 28.0, 44.0, 62.0, 82.0, 106.0, 134.0};

// Costs, in pixels: a label moves this far from its marker to avoid the conflict.
constexpr double kOutside = 100000;
constexpr double kOverlap = 2000;
constexpr double kLeaderConflict = 300;
constexpr double kLineCovered = 90;
constexpr double kNearOtherMarker = 25;
constexpr double kLeader = 12;

/// A direction of a label from its marker: the label's centre is `away` times the distance, plus
/// `shift` times half of the label's size, from the centre of the marker. Right is preferred.
struct Direction {
  Pixel away;
  Pixel shift;
  double cost;
};

constexpr double kDiagonal = 0.7071;
constexpr std::array kDirections{Direction{{1, 0}, {1, 0}, 0},
                                 Direction{{0.95, -0.3}, {1, -0.5}, 2},
                                 Direction{{0.95, 0.3}, {1, 0.5}, 2},
                                 Direction{{-1, 0}, {-1, 0}, 4},
                                 Direction{{kDiagonal, -kDiagonal}, {1, -1}, 5},
                                 Direction{{kDiagonal, kDiagonal}, {1, 1}, 5},
                                 Direction{{-0.95, -0.3}, {-1, -0.5}, 6},
                                 Direction{{-0.95, 0.3}, {-1, 0.5}, 6},
                                 Direction{{0, -1}, {0, -1}, 6},
                                 Direction{{0, 1}, {0, 1}, 6},
                                 Direction{{-kDiagonal, -kDiagonal}, {-1, -1}, 7},
                                 Direction{{-kDiagonal, kDiagonal}, {-1, 1}, 7}};

/// A possible place of one label.
struct Candidate {
  PlacedLabel label;
  double cost = 0;
};

Box inflated(const Box& box, double by) {
  return {box.left - by, box.top - by, box.right + by, box.bottom + by};
}

bool overlap(const Box& a, const Box& b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

bool contains(const Box& outer, const Box& inner) {
  return outer.left <= inner.left && inner.right <= outer.right && outer.top <= inner.top &&
         inner.bottom <= outer.bottom;
}

Pixel nearest_in(const Box& box, const Pixel& to) {
  return {std::clamp(to.x, box.left, box.right), std::clamp(to.y, box.top, box.bottom)};
}

double distance(const Pixel& a, const Pixel& b) { return std::hypot(a.x - b.x, a.y - b.y); }

double distance(const Box& box, const Pixel& point) {
  return distance(nearest_in(box, point), point);
}

/// Whether part of the segment is inside the box (Liang-Barsky clipping).
bool crosses(const Pixel& from, const Pixel& to, const Box& box) {
  double enter = 0, leave = 1;
  const auto clip = [&](double start, double step, double low, double high) {
    if (step == 0) return start > low && start < high;
    const auto [first, last] = std::minmax({(low - start) / step, (high - start) / step});
    enter = std::max(enter, first);
    leave = std::min(leave, last);
    return true;
  };
  return clip(from.x, to.x - from.x, box.left, box.right) &&
         clip(from.y, to.y - from.y, box.top, box.bottom) && enter < leave;
}

/// From the point to the nearest point of the segment.
double distance_to_segment(const Pixel& point, const Pixel& from, const Pixel& to) {
  const double x = to.x - from.x, y = to.y - from.y;
  const double length2 = x * x + y * y;
  const double along =
      length2 == 0 ? 0 : ((point.x - from.x) * x + (point.y - from.y) * y) / length2;
  const double t = std::clamp(along, 0.0, 1.0);
  return distance(point, {from.x + t * x, from.y + t * y});
}

/// Whether the inner parts of segments ab and cd intersect, by the signs of areas.
bool segments_cross(const Pixel& a, const Pixel& b, const Pixel& c, const Pixel& d) {
  const auto side = [](const Pixel& p, const Pixel& q, const Pixel& r) {
    return (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  };
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/// The label in a direction, `extra` pixels further out than necessary.
PlacedLabel label_at(const LabelledPoint& point, const Direction& direction, double extra) {
  const double reach = point.marker_radius + kGap + extra;
  const Pixel center{
      point.at.x + direction.away.x * reach + direction.shift.x * point.text_width / 2,
      point.at.y + direction.away.y * reach + direction.shift.y * point.text_height / 2};
  PlacedLabel label;
  label.box = {center.x - point.text_width / 2, center.y - point.text_height / 2,
               center.x + point.text_width / 2, center.y + point.text_height / 2};
  label.has_leader = extra > kMinLeaderLength;
  label.leader_end = nearest_in(label.box, point.at);
  return label;
}

/// The part of a candidate's cost that does not depend on the other labels.
double fixed_cost(const std::vector<LabelledPoint>& points, std::size_t own,
                  const PlacementArea& area, const PlacedLabel& label) {
  const Pixel& at = points[own].at;
  double cost = contains(area.box, label.box) ? 0 : kOutside;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double away = distance(label.box, points[i].at) - points[i].marker_radius;
    if (i == own) continue;
    if (away < 2) cost += kOverlap;
    if (away < distance(label.box, at) - points[own].marker_radius + 4) cost += kNearOtherMarker;
    if (label.has_leader && distance(points[i].at, at) > 0 &&
        distance_to_segment(points[i].at, at, label.leader_end) < points[i].marker_radius + 2) {
      cost += kLeaderConflict;
    }
  }
  for (const auto& [from, to] : area.lines) {
    if (crosses(from, to, inflated(label.box, 2))) cost += kLineCovered;
  }
  return cost;
}

std::vector<Candidate> candidates_of(const std::vector<LabelledPoint>& points, std::size_t own,
                                     const PlacementArea& area) {
  std::vector<Candidate> candidates;
  for (const double extra : kDistances) {
    for (const Direction& direction : kDirections) {
      Candidate candidate;
      candidate.label = label_at(points[own], direction, extra);
      candidate.cost = direction.cost + extra + (candidate.label.has_leader ? kLeader : 0) +
                       fixed_cost(points, own, area, candidate.label);
      candidates.push_back(candidate);
    }
  }
  return candidates;
}

/// The cost of conflicts between two labels; `a_at` and `b_at` are their points.
double pair_cost(const PlacedLabel& a, const Pixel& a_at, const PlacedLabel& b, const Pixel& b_at) {
  double cost = overlap(inflated(a.box, 2), inflated(b.box, 1)) ? kOverlap : 0;
  if (a.has_leader && crosses(a_at, a.leader_end, b.box)) cost += kLeaderConflict;
  if (b.has_leader && crosses(b_at, b.leader_end, a.box)) cost += kLeaderConflict;
  if (a.has_leader && b.has_leader && segments_cross(a_at, a.leader_end, b_at, b.leader_end)) {
    cost += kLeaderConflict;
  }
  return cost;
}

/// The choice of one candidate for each label, and its optimisation.
class Placement {
 public:
  Placement(const std::vector<LabelledPoint>& points, const PlacementArea& area)
      : points_(points), chosen_(points.size(), 0) {
    for (std::size_t i = 0; i < points.size(); ++i) {
      candidates_.push_back(candidates_of(points, i, area));
    }
  }

  /// Simulated annealing (Christensen et al., "An Empirical Study of Algorithms for Point-Feature
  /// Label Placement", 1995): a worse candidate is accepted with probability exp(-increase /
  /// temperature). The random numbers are the same in every call.
  void anneal() {
    const std::size_t num_steps = kStepsPerLabel * points_.size();
    for (std::size_t step = 0; step < num_steps; ++step) {
      const double done = static_cast<double>(step) / static_cast<double>(num_steps);
      const double temperature =
          kStartTemperature * std::pow(kEndTemperature / kStartTemperature, done);
      const std::size_t own = random_below(points_.size(), kKey, 3 * step);
      const std::size_t place = random_below(candidates_[own].size(), kKey, 3 * step + 1);
      const double chance = static_cast<double>(random_below(1000000, kKey, 3 * step + 2)) / 1e6;
      const double more = cost(own, place) - cost(own, chosen_[own]);
      if (more <= 0 || chance < std::exp(-more / temperature)) chosen_[own] = place;
    }
  }

  /// Moves each label to its best candidate in turn until no label has a better one.
  void descend() {
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t own = 0; own < points_.size(); ++own) {
        for (std::size_t place = 0; place < candidates_[own].size(); ++place) {
          if (cost(own, place) > cost(own, chosen_[own]) - kMinGain) continue;
          chosen_[own] = place;
          moved = true;
        }
      }
    }
  }

  std::vector<PlacedLabel> labels() const {
    std::vector<PlacedLabel> labels;
    for (std::size_t i = 0; i < points_.size(); ++i) labels.push_back(label(i));
    return labels;
  }

 private:
  const PlacedLabel& label(std::size_t i) const { return candidates_[i][chosen_[i]].label; }

  /// The cost of a candidate for one label while all others keep theirs.
  double cost(std::size_t own, std::size_t place) const {
    const Candidate& candidate = candidates_[own][place];
    double sum = candidate.cost;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      if (i != own) sum += pair_cost(candidate.label, points_[own].at, label(i), points_[i].at);
    }
    return sum;
  }

  static constexpr std::uint64_t kKey = 1;
  static constexpr std::size_t kStepsPerLabel = 1500;
  static constexpr double kStartTemperature = 200;  // about the cost of a covered line
  static constexpr double kEndTemperature = 1;      // about the smallest difference in cost
  static constexpr double kMinGain = 1e-6;          // above rounding errors, so that descend ends

  const std::vector<LabelledPoint>& points_;
  std::vector<std::vector<Candidate>> candidates_;
  std::vector<std::size_t> chosen_;
};

}  // namespace

std::vector<PlacedLabel> place_labels(const std::vector<LabelledPoint>& points,
                                      const PlacementArea& area) {
  Placement placement(points, area);
  placement.anneal();
  placement.descend();
  return placement.labels();
}

double text_width(const std::string& text, double size) {
  // Advance widths of DejaVu Sans in 1/1000 of the font size, from ' ' to '~'.
  static constexpr std::array<int, 95> kWidths{
      318,  401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337,
      636,  636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
      1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
      603,  787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,
      500,  613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
      635,  635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838};
  int total = 0;
  for (const char character : text) {
    const bool known = character >= ' ' && character <= '~';
    total += known ? kWidths[static_cast<std::size_t>(character - ' ')] : 700;
  }
  return total * size / 1000;
}

}  // namespace lamina
