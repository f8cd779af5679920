#include "lamina/design/design_name.h"

#include <gtest/gtest.h>

#include "design/layouts.h"
#include "error_text.h"

namespace lamina {
namespace {

TEST(DesignName, ParsesEachPart) {
  const DesignName name = parse_design_name("H90-GQA2-CLA3-KeepEnds");
  EXPECT_EQ(name.head_dim, 90);
  EXPECT_EQ(name.num_key_value_heads, 2);
  EXPECT_EQ(name.kv_sharing, sharing_of(KvLayout::kKeepEnds, 3));
}

TEST(DesignName, MhaHasNoNumberOfKvHeads) {
  const DesignName name = parse_design_name("H128-MHA");
  EXPECT_FALSE(name.num_key_value_heads);
  EXPECT_EQ(name.kv_sharing, KvSharing{});
}

TEST(DesignName, BareMlkvHasOneKvHeadAndNoHeadWidth) {
  const DesignName name = parse_design_name("MLKV4");
  EXPECT_FALSE(name.head_dim);
  EXPECT_EQ(name.num_key_value_heads, 1);
  EXPECT_EQ(name.kv_sharing, sharing_of(KvLayout::kMlkv, 4));
}

TEST(DesignName, FormatsWhatItParsed) {
  for (const char* text :
       {"H128-MHA", "H64-GQA4", "H46-MQA", "H128-MQA-CLA2", "H128-MHA-CLA3", "H128-GQA2-CLA4",
        "H128-MQA-CLA2-KeepEnds", "H128-MQA-CLA5-KeepEnds", "H128-MQA-CLA2-DenseFront",
        "H128-GQA8-CLA2-DenseBack", "H64-GQA3-MLKV4", "H64-MQA-MLKV6", "H999999-MQA"}) {
    const DesignName name = parse_design_name(text);
    EXPECT_EQ(format_design_name(*name.head_dim, 16, name.num_key_value_heads.value_or(16),
                                 name.kv_sharing),
              text);
  }
}

TEST(DesignName, AsManyKvHeadsAsQueryHeadsIsMha) {
  EXPECT_EQ(format_design_name(64, 12, 12, KvSharing{}), "H64-MHA");
  EXPECT_EQ(format_design_name(64, 1, 1, KvSharing{}), "H64-MHA");
  EXPECT_EQ(format_design_name(64, 2, 1, KvSharing{}), "H64-MQA");
}

TEST(DesignName, LayoutsWithoutANameInThePapersHaveDistinctNames) {
  EXPECT_EQ(format_design_name(8, 4, 1, sharing_of(KvLayout::kLastShared, 3)),
            "H8-MQA-LastShared3");
  EXPECT_EQ(format_design_name(8, 4, 1, sharing_of({0, 0, 2, 2})), "H8-MQA-Map0.0.2.2");
}

TEST(DesignName, RefusesOtherTextWithTheGrammar) {
  for (const char* text : {"",
                           "H128",
                           "H128-",
                           "128-MQA",
                           "h128-MQA",
                           "H128-mqa",
                           "H0-MQA",
                           "H012-MQA",
                           "H1000000-MQA",
                           "H128-GQA",
                           "H128-GQA0",
                           "H128-MQA2",
                           "H128-MQA-CLA",
                           "H128-MQA-CLA0",
                           "H128-MQA-CLA-2",
                           "H128-MQA-KeepEnds",
                           "H128-MQA-CLA2-Keepends",
                           "H128-MQA-CLA2-MLKV4",
                           "H128-MQA-CLA2 ",
                           " H128-MQA",
                           "H128-MQA\n",
                           "MLKV",
                           "MLKV0",
                           "MLKV4-CLA2",
                           "CLA2",
                           "H128-MQA-CLA3-DenseFront",
                           "H128-MQA-LastShared",
                           "H128-MQA-LastShared0",
                           "H128-MQA-Map",
                           "H128-MQA-Map0.",
                           "H128-MQA-Map0..1",
                           "H128-MQA-Map0.01"}) {
    EXPECT_EQ(
        error_text([&] { parse_design_name(text); }),
        std::string("design: got \"") + text +
            "\"; expected H<head_dim>-<MHA|GQA<n>|MQA>, optionally followed by one of -CLA<s>, "
            "-CLA<s>-KeepEnds, -CLA2-DenseFront, -CLA2-DenseBack, -MLKV<m>, -LastShared<n>, "
            "-Map<0.0.2>; or MLKV<m>; for example H128-MQA-CLA2");
  }
}

TEST(DesignName, EveryLayoutRoundTrips) {
  std::vector<KvSharing> all = all_sharings(12);
  all.push_back(sharing_of({0, 0, 2, 0, 2, 10}));
  all.push_back(sharing_of({0}));
  for (const KvSharing& sharing : all) {
    const std::string name = format_design_name(8, 4, 2, sharing);
    const DesignName read = parse_design_name(name);
    EXPECT_EQ(read.head_dim, 8) << name;
    EXPECT_EQ(read.num_key_value_heads, 2) << name;
    EXPECT_EQ(read.kv_sharing, sharing.layout == KvLayout::kNone ? KvSharing{} : sharing) << name;
  }
}

TEST(DesignFamily, IsTheAttentionKindAndTheSharingFactor) {
  EXPECT_EQ(design_family("H128-MHA"), "MHA");
  EXPECT_EQ(design_family("H128-GQA4"), "GQA");
  EXPECT_EQ(design_family("H46-MQA"), "MQA");
  EXPECT_EQ(design_family("H256-GQA4-CLA2"), "GQA-CLA2");
  EXPECT_EQ(design_family("H128-MQA-CLA3-KeepEnds"), "MQA-CLA3");
  EXPECT_EQ(design_family("H128-MQA-CLA2-DenseFront"), "MQA-CLA2");
  EXPECT_EQ(design_family("H128-MQA-CLA2-DenseBack"), "MQA-CLA2");
  EXPECT_EQ(design_family("H128-MQA-CLA3"), "MQA-CLA3");
  EXPECT_EQ(design_family("MLKV6"), "MLKV");
  EXPECT_EQ(design_family("H64-MQA-MLKV6"), "MLKV");
  EXPECT_EQ(design_family("H64-MQA-Map0.0.2"), "other");
  EXPECT_EQ(design_family("H64-MQA-LastShared3"), "other");
  EXPECT_EQ(design_family("baseline"), "other");
}

}  // namespace
}  // namespace lamina
