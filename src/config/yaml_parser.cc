#include <spdlog/fmt/fmt.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <deque>
#include <sstream>
#include <unordered_map>
#include <utility>

#include "lamina/config/node.h"
#include "message.h"
#include "yaml_text.h"

namespace lamina {
namespace {

constexpr std::size_t kMaxDepth = 64;

/// Where in `text` the quoted scalar that opens at `start` ends, or npos: yaml-cpp takes the end of
/// the file for the missing quote.
std::size_t closing_quote(std::string_view text, std::size_t start) {
  const char quote = text[start];
  for (std::size_t at = start + 1; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      const bool doubled = quote == '\'' && text.substr(at + 1).starts_with('\'');
      if (!doubled) return at;
      ++at;
    }
  }
  return std::string_view::npos;
}

/// The first document, and what begins a second: yaml-cpp finds more of them without end in some
/// broken texts.
void feed(const std::string& text, YAML::EventHandler& handler) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  if (parser.HandleNextDocument(handler)) parser.HandleNextDocument(handler);
}

/// For the parser's own errors alone.
class EventsIgnored : public YAML::EventHandler {
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

/// Builds our tree from the parser's events: yaml-cpp's own tree keeps the first of two equal keys.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const std::string& text, const TextPlace& where) : text_(text), where_(where) {}

  Node take_root() { return std::move(root_); }

  Place place_of(const YAML::Mark& mark) const {
    return mark.is_null() ? where_.at(1, 1) : where_.at(mark.line + 1, mark.column + 1);
  }

  void reject_properties(const YAML::Mark& mark) const {
    const char first = character_at(mark);
    if (first == '!') fail(place_of(mark), "tags are not supported");
    if (first == '&' || first == '*') reject_anchor(mark);
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++num_documents_ > 1) fail(place_of(mark), "a second document; one is allowed");
  }
  void OnDocumentEnd() override {}

  void OnAnchor(const YAML::Mark& mark, const std::string&) override { reject_anchor(mark); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { reject_anchor(mark); }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    add(new_node(Node::Kind::kNull, mark));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    Node node = new_node(Node::Kind::kScalar, mark);
    const char first = character_at(mark);
    if ((first == '"' || first == '\'') && closing_quote(text_, offset_of(mark)) == text_.npos) {
      fail(node.place, "a quote that is never closed");
    }
    if (value.find('\0') != std::string::npos) fail(node.place, "a NUL character in a text");
    node.scalar = value;
    node.quoted = tag == "!" || value.find('\n') != std::string::npos;
    add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(new_node(Node::Kind::kSequence, mark));
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(new_node(Node::Kind::kMap, mark));
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  /// A sequence or map that has begun. The pointer holds: its parent grows only once it has ended.
  struct Open {
    Node* node;
    std::unordered_map<std::string, Place> keys;
    const std::pair<const std::string, Place>* pending_key = nullptr;
  };

  static std::size_t offset_of(const YAML::Mark& mark) {
    return static_cast<std::size_t>(mark.pos);
  }

  char character_at(const YAML::Mark& mark) const {
    const bool inside = !mark.is_null() && offset_of(mark) < text_.size();
    return inside ? text_[offset_of(mark)] : '\0';
  }

  [[noreturn]] void reject_anchor(const YAML::Mark& mark) const {
    fail(place_of(mark),
         "anchors and aliases are not supported; use base: (and quote a text that begins with & "
         "or *)");
  }

  Node new_node(Node::Kind kind, const YAML::Mark& mark) const {
    reject_properties(mark);
    Node node;
    node.kind = kind;
    node.place = place_of(mark);
    return node;
  }

  void open(Node node) {
    if (open_.size() == kMaxDepth) {
      fail(node.place, fmt::format("nested deeper than {} levels", kMaxDepth));
    }
    open_.push_back({add(std::move(node)), {}});
  }

  /// Puts the node where the innermost open node expects it; a key has no node of its own.
  Node* add(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return &root_;
    }
    Open& parent = open_.back();
    if (parent.node->kind == Node::Kind::kSequence) {
      return &parent.node->items.emplace_back(std::move(node));
    }
    if (parent.pending_key == nullptr) {
      add_key(parent, node);
      return nullptr;
    }
    const auto& [key, place] = *std::exchange(parent.pending_key, nullptr);
    if (node.kind == Node::Kind::kNull) node.place = place;  // the mark is that of the next token
    return &parent.node->entries.emplace_back(Entry{key, place, std::move(node)}).value;
  }

  void add_key(Open& parent, const Node& node) const {
    if (node.kind != Node::Kind::kScalar || node.scalar.empty()) {
      EventsIgnored nothing;
      feed(text_, nothing);  // an unclosed bracket comes as a key, and as an error at the end
      const std::string got = node.kind == Node::Kind::kScalar ? "an empty text" : got_text(node);
      fail(node.place, fmt::format("a key must be text, got {}", got));
    }
    if (node.scalar == "<<" && !node.quoted) {
      fail(node.place, "merge keys are not supported; use base:");
    }
    const auto [entry, is_new] = parent.keys.emplace(node.scalar, node.place);
    if (!is_new) {
      fail(node.place, fmt::format("{} is set twice; first at {}", one_line(node.scalar),
                                   entry->second.text()));
    }
    parent.pending_key = &*entry;
  }

  const std::string& text_;
  const TextPlace& where_;
  int num_documents_ = 0;
  Node root_;
  std::deque<Open> open_;  ///< outermost first; a pending key must not move
};

Node parse_document(std::string_view text, const TextPlace& where) {
  const std::string checked = checked_text(text, where);
  TreeBuilder builder(checked, where);
  try {
    feed(checked, builder);
  } catch (const YAML::Exception& error) {
    builder.reject_properties(error.mark);  // yaml-cpp's words for an alias that it does not know
    fail(builder.place_of(error.mark), fmt::format("not valid YAML: {}", one_line(error.msg)));
  }
  Node root = builder.take_root();
  if (root.place.file.empty()) root.place = where.at(1, 1);
  return root;
}

}  // namespace

Node parse_yaml(std::string_view text, const std::string& origin) {
  Node root = parse_document(text, {{origin, 1, 1}, true});
  if (root.kind == Node::Kind::kNull) root.kind = Node::Kind::kMap;
  if (root.kind != Node::Kind::kMap) {
    fail(root.place, fmt::format("got {}; expected a map of settings", got_text(root)));
  }
  return root;
}

Node parse_yaml_value(std::string_view text, const Place& place) {
  return parse_document(text, {place, false});
}

}  // namespace lamina
