#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lamina {

/// The result of one normalization step, with a map from its offsets to those of the input. The
/// step builds it by calling keep and change for consecutive parts of the input.
class RewrittenText {
 public:
  /// Appends a part that the step leaves unchanged.
  void keep(std::string_view part);

  /// Appends `after`, which replaces `before` of the input; either may be empty.
  void change(std::string_view before, std::string_view after);

  const std::string& text() const { return text_; }

  /// The offset in the input of an offset in text(). Inside a changed part: the start of that part.
  std::size_t before(std::size_t after) const;

 private:
  struct Change {
    std::size_t end_after, end_before;  // where the change ends
    std::size_t begin_after, begin_before;
  };

  std::string text_;
  std::size_t size_before_ = 0;
  std::vector<Change> changes_;
};

}  // namespace lamina
