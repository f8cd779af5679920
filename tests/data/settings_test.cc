#include "lamina/data/settings.h"

#include <gtest/gtest.h>

#include "error_text.h"
#include "lamina/config/reader.h"
#include "lamina/config/writer.h"

namespace lamina {
namespace {

DataSettings read(const std::string& text) {
  DataSettings settings;
  read_settings(parse_yaml(text, "/c/a.yaml"), settings);
  return settings;
}

TEST(DataSettingsTest, TrainingEntriesArePathsOrHaveWeights) {
  const DataSettings plain = read("train: [a, /b/*.jsonl]");
  ASSERT_EQ(plain.train.size(), 2u);
  EXPECT_EQ(plain.train[0].path, "/c/a");
  EXPECT_FALSE(plain.train[0].weight.has_value());
  EXPECT_EQ(read("train: a").train.at(0).path, "/c/a");
  const DataSettings mixed = read("train: [{path: a, weight: 2}, {path: b, weight: 0.5}]");
  EXPECT_EQ(mixed.train.at(1).path, "/c/b");
  EXPECT_EQ(mixed.train.at(1).weight, 0.5);
}

TEST(DataSettingsTest, EntriesWithoutWeightAreWrittenAsPathsAndReadBack) {
  EXPECT_NE(to_yaml(settings_node(read("train: [a, b]"))).find("train: [/c/a, /c/b]\n"),
            std::string::npos);
  const std::string mixed = to_yaml(settings_node(read("train: [{path: a, weight: 2}, b]")));
  EXPECT_NE(mixed.find("train:\n  - path: /c/a\n    weight: 2"), std::string::npos) << mixed;
  EXPECT_EQ(to_yaml(settings_node(read(mixed))), mixed);
}

TEST(DataSettingsTest, ErrorsInAnEntryNameItsLocation) {
  EXPECT_EQ(error_text([] { read("train:\n  - {path: a, weight: 0}"); }),
            "/c/a.yaml:2:23: train[0].weight: got \"0\"; expected a number > 0 and <= 1000000000");
  EXPECT_EQ(error_text([] { read("train:\n  - a\n  - {wieght: 1, path: a}"); }),
            "/c/a.yaml:3:6: train[1].wieght is unknown; did you mean train[1].weight?");
  EXPECT_TRUE(error_text([] {
                read("train: [{weight: 1}]");
              }).starts_with("/c/a.yaml:1:9: train[0].path is required but not set: "));
  EXPECT_EQ(error_text([] { read("train: {path: a}"); }),
            "/c/a.yaml:1:8: train: got a map; expected a list");
  EXPECT_EQ(error_text([] { read("on_bad_document: drop"); }),
            "/c/a.yaml:1:18: on_bad_document: got \"drop\"; expected one of fail, skip");
}

}  // namespace
}  // namespace lamina
