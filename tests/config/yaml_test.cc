#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "config/error_line.h"
#include "config/same_tree.h"
#include "lamina/config/node.h"

namespace lamina {
namespace {

TEST(ParseYaml, KeepsOrderPlacesAndQuotes) {
  const Node root = parse_yaml("b: 1\na:\n  - x\n  - 'y'\nc: {d: ~}\n", "f.yaml");
  ASSERT_EQ(root.entries.size(), 3u);
  EXPECT_EQ(root.entries[0].key, "b");
  EXPECT_EQ(root.entries[0].value.place.text(), "f.yaml:1:4");
  EXPECT_EQ(root.entries[1].place.text(), "f.yaml:2:1");
  const Node* list = root.find("a");
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(list->items.at(1).scalar, "y");
  EXPECT_TRUE(list->items.at(1).quoted);
  EXPECT_FALSE(list->items.at(0).quoted);
  EXPECT_EQ(list->items.at(1).place.text(), "f.yaml:4:5");
  EXPECT_EQ(root.find("c")->find("d")->kind, Node::Kind::kNull);
  EXPECT_EQ(root.find("d"), nullptr);
}

TEST(ParseYaml, AnEmptyValueIsNullAtItsKey) {
  const Node root = parse_yaml("a:\n\n\nb: 1\n", "f.yaml");
  EXPECT_EQ(root.find("a")->kind, Node::Kind::kNull);
  EXPECT_EQ(root.find("a")->place.text(), "f.yaml:1:1");
}

TEST(ParseYaml, AnEmptyFileIsAnEmptyMap) {
  for (const char* text : {"", "\n\n", "# only words\n", "---\n", "\xEF\xBB\xBF"}) {
    const Node root = parse_yaml(text, "f.yaml");
    EXPECT_EQ(root.kind, Node::Kind::kMap) << text;
    EXPECT_TRUE(root.entries.empty()) << text;
    EXPECT_EQ(root.place.file, "f.yaml") << text;
  }
}

TEST(ParseYaml, ByteOrderMarkAndCarriageReturnsChangeNothing) {
  const std::string text = "a: 1 # note\nb:\n  c: \"two\n    lines\"\n";
  std::string windows = "\xEF\xBB\xBF";
  for (const char c : text) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  const Node expected = parse_yaml(text, "f.yaml");
  const Node got = parse_yaml(windows, "f.yaml");
  EXPECT_TRUE(same_tree(got, expected));
  EXPECT_EQ(got.find("b")->find("c")->place.text(), expected.find("b")->find("c")->place.text());
}

TEST(ParseYaml, AcceptsTabsThatDoNotIndent) {
  const Node root = parse_yaml("a:\t1\t# note\n\t\n\t# words\nb: 2\n", "f.yaml");
  EXPECT_EQ(root.find("a")->scalar, "1");
  EXPECT_EQ(root.find("b")->scalar, "2");
}

TEST(ParseYaml, Takes64LevelsAnd4MebibytesAndNoMore) {
  const auto nested = [](std::size_t levels) {  // the root's map is the first level
    return "a: " + std::string(levels - 1, '[') + std::string(levels - 1, ']') + "\n";
  };
  EXPECT_NO_THROW(parse_yaml(nested(64), "f.yaml"));
  EXPECT_EQ(error_line([&] { parse_yaml(nested(65), "f.yaml"); }),
            "f.yaml:1:67: nested deeper than 64 levels");
  const std::string large = "a: 1\n" + std::string(4194304 - 5, '#');
  EXPECT_NO_THROW(parse_yaml(large, "f.yaml"));
  EXPECT_EQ(error_line([&] { parse_yaml(large + "#", "f.yaml"); }),
            "f.yaml:1:1: 4194305 bytes are too many for a configuration; 4194304 are allowed");
}

double cpu_seconds_to_parse(int num_keys) {
  std::string keys;
  for (int i = 0; i < num_keys; ++i) keys += "key" + std::to_string(i) + ": 1\n";
  const std::clock_t start = std::clock();
  EXPECT_EQ(parse_yaml(keys, "f.yaml").entries.size(), static_cast<std::size_t>(num_keys));
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

TEST(ParseYaml, TakesTimeInProportionToTheNumberOfKeys) {
  // 8 times the keys: about 8 times as long, where comparing each with each takes 64 times.
  EXPECT_LT(cpu_seconds_to_parse(160000), 24 * cpu_seconds_to_parse(20000));
}

TEST(ParseYaml, RefusesAMillionOpenBrackets) {
  for (const char bracket : {'[', '{'}) {
    const std::string line =
        error_line([&] { parse_yaml(std::string(1000000, bracket), "f.yaml"); });
    EXPECT_TRUE(line.starts_with("f.yaml:")) << line;
  }
}

TEST(ParseYamlValue, GivesEveryNodeTheOnePlace) {
  const Place place{"command line: a=[1, {b: 2}]", 0, 0};
  const Node value = parse_yaml_value("[1, {b: 2}]", place);
  EXPECT_EQ(value.items.at(0).place.text(), "command line: a=[1, {b: 2}]");
  EXPECT_EQ(value.items.at(1).entries.at(0).place.text(), "command line: a=[1, {b: 2}]");
  const Place in_file{"sweep.yaml", 7, 3};
  EXPECT_EQ(parse_yaml_value("x", in_file).place.text(), "sweep.yaml:7:3");
  EXPECT_EQ(parse_yaml_value("", in_file).place.text(), "sweep.yaml:7:3");
}

TEST(ToYaml, PrintsBlockMapsAndFlowListsOfScalars) {
  const Node root = parse_yaml(
      "{model: {hidden_size: 64, betas: [0.9, '1'], none: ~}, empty: {}, also: [], "
      "runs: [{name: a, seed: 1}, [2, [3]], b]}",
      "f.yaml");
  EXPECT_EQ(to_yaml(root),
            "model:\n"
            "  hidden_size: 64\n"
            "  betas: [0.9, \"1\"]\n"
            "  none: null\n"
            "empty: {}\n"
            "also: []\n"
            "runs:\n"
            "  - name: a\n"
            "    seed: 1\n"
            "  -\n"
            "    - 2\n"
            "    - [3]\n"
            "  - b\n");
}

TEST(ToYaml, GivesBackTheSameTree) {
  for (const char* text : {
           "a: 'null'\nb: '~'\nc: ''\nd: 'true'\ne: '1'\nf: ' x '\ng: '- x'\nh: 'a: b'\ni: 'x "
           "#y'\n",
           "a: {b: {c: [[1, [2]], {d: [{e: 1}, {}]}, []]}}\n",
           "a: |\n  two\n  lines\nb: >\n  folded\n  text\nc: \"\\t\\x01\\x7f\\u0085\\\\ \\\" '\"\n",
           "'null': 1\n'a: b': 2\n'#': 3\n\" x\": 4\n\"two\\nlines\": 5\n'<<': 6\n-x: 7\n",
           "a: one, two [three] {four}\nb: [http://x/y=1, C:/x]\nc:\n  - one, two\n  - a ]\n",
           "a: \xC3\xA9t\xC3\xA9\n\xE2\x82\xAC: '\xF0\x9F\x98\x80'\n",
           "a: [~, null, '', \"~\"]\nb:\n  - ~\n  - x: ~\n",
           "a: plain\n  over\n\n  lines\n",
       }) {
    const Node tree = parse_yaml(text, "f.yaml");
    SCOPED_TRACE(to_yaml(tree));
    EXPECT_TRUE(same_tree(parse_yaml(to_yaml(tree), "again.yaml"), tree));
  }
}

}  // namespace
}  // namespace lamina
