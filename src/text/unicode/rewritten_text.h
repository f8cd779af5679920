#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lamina {

/// A text that one step of normalisation made of another, and which part came from where.
class RewrittenText {
 public:
  /// Appends a part that the step left as it is.
  void keep(std::string_view part);

  /// Appends `after` in the place of `before`; either may be empty.
  void change(std::string_view before, std::string_view after);

  const std::string& text() const { return text_; }

  /// The offset in the text before of an offset after. Inside a changed part: that part's begin.
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
