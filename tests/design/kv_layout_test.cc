#include "lamina/design/kv_layout.h"

#include <gmock/gmock.h>

#include "design/layouts.h"
#include "error_text.h"

namespace lamina {
namespace {

using testing::ElementsAre;

std::int64_t num_kv_layers(const KvSharing& sharing, std::int64_t num_layers) {
  return std::ssize(kv_layers(kv_source_layers(sharing, num_layers)));
}

std::string error_of(const KvSharing& sharing, std::int64_t num_layers) {
  return error_text([&] { kv_source_layers(sharing, num_layers); });
}

TEST(KvLayout, NoneMakesEveryLayerASource) {
  EXPECT_THAT(kv_source_layers(KvSharing{}, 4), ElementsAre(0, 1, 2, 3));
}

TEST(KvLayout, ClaShortensItsFirstGroup) {
  EXPECT_THAT(kv_source_layers(sharing_of(KvLayout::kCla, 3), 10),
              ElementsAre(0, 1, 1, 1, 4, 4, 4, 7, 7, 7));
  EXPECT_THAT(kv_source_layers(sharing_of(KvLayout::kCla, 3), 20),
              ElementsAre(0, 0, 2, 2, 2, 5, 5, 5, 8, 8, 8, 11, 11, 11, 14, 14, 14, 17, 17, 17));
  EXPECT_EQ(num_kv_layers(sharing_of(KvLayout::kCla, 3), 20), 7);
  EXPECT_THAT(kv_source_layers(sharing_of(KvLayout::kCla, 2), 6), ElementsAre(0, 0, 2, 2, 4, 4));
  EXPECT_THAT(kv_source_layers(sharing_of(KvLayout::kCla, 1), 3), ElementsAre(0, 1, 2));
  EXPECT_THAT(kv_source_layers(sharing_of(KvLayout::kCla, 3), 3), ElementsAre(0, 0, 0));
}

TEST(KvLayout, KeepEndsDoesNotShareTheFirstAndTheRemainingLayers) {
  EXPECT_THAT(kv_source_layers(sharing_of(KvLayout::kKeepEnds, 2), 20),
              ElementsAre(0, 1, 1, 3, 3, 5, 5, 7, 7, 9, 9, 11, 11, 13, 13, 15, 15, 17, 17, 19));
  EXPECT_EQ(num_kv_layers(sharing_of(KvLayout::kKeepEnds, 2), 20), 11);
  EXPECT_THAT(kv_source_layers(sharing_of(KvLayout::kKeepEnds, 2), 5), ElementsAre(0, 1, 1, 3, 3));
  EXPECT_THAT(kv_source_layers(sharing_of(KvLayout::kKeepEnds, 3), 9),
              ElementsAre(0, 1, 1, 1, 4, 4, 4, 7, 8));
}

TEST(KvLayout, DenseFrontSharesBetweenTheFirstHalfAndTheLastLayer) {
  EXPECT_THAT(kv_source_layers(sharing_of(KvLayout::kDenseFront), 20),
              ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 19));
  EXPECT_EQ(num_kv_layers(sharing_of(KvLayout::kDenseFront), 20), 11);
  EXPECT_THAT(kv_source_layers(sharing_of(KvLayout::kDenseFront), 5), ElementsAre(0, 1, 1, 1, 4));
}

TEST(KvLayout, DenseBackHasNineReadersOfLayerOneInTwentyLayers) {
  EXPECT_THAT(kv_source_layers(sharing_of(KvLayout::kDenseBack), 20),
              ElementsAre(0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 11, 12, 13, 14, 15, 16, 17, 18, 19));
  EXPECT_EQ(num_kv_layers(sharing_of(KvLayout::kDenseBack), 20), 11);
  EXPECT_THAT(kv_source_layers(sharing_of(KvLayout::kDenseBack), 5), ElementsAre(0, 1, 1, 3, 4));
}

TEST(KvLayout, MlkvOverTwelveLayers) {
  const auto sources = [](std::int64_t m) {
    return kv_layers(kv_source_layers(sharing_of(KvLayout::kMlkv, m), 12));
  };
  EXPECT_THAT(sources(1), ElementsAre(0));
  EXPECT_THAT(sources(2), ElementsAre(0, 6));
  EXPECT_THAT(sources(3), ElementsAre(0, 4, 8));
  EXPECT_THAT(sources(4), ElementsAre(0, 3, 6, 9));
  EXPECT_THAT(sources(5), ElementsAre(0, 2, 4, 7, 9));
  EXPECT_THAT(sources(6), ElementsAre(0, 2, 4, 6, 8, 10));
  EXPECT_THAT(sources(8), ElementsAre(0, 1, 3, 4, 6, 7, 9, 10));
  EXPECT_THAT(sources(12), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
  EXPECT_THAT(kv_source_layers(sharing_of(KvLayout::kMlkv, 5), 12),
              ElementsAre(0, 0, 2, 2, 4, 4, 4, 7, 7, 9, 9, 9));
}

TEST(KvLayout, LastSharedReadsTheLastSourceLayer) {
  EXPECT_THAT(kv_source_layers(sharing_of(KvLayout::kLastShared, 3), 8),
              ElementsAre(0, 1, 2, 3, 4, 4, 4, 4));
  EXPECT_THAT(kv_source_layers(sharing_of(KvLayout::kLastShared, 3), 4), ElementsAre(0, 0, 0, 0));
}

TEST(KvLayout, MapIsUsedUnchanged) {
  EXPECT_THAT(kv_source_layers(sharing_of({0, 0, 2, 0, 2, 5}), 6), ElementsAre(0, 0, 2, 0, 2, 5));
}

TEST(KvLayout, TakesTheParameterOfItsTableRow) {
  EXPECT_TRUE(takes_parameter(KvLayout::kKeepEnds, "factor"));
  EXPECT_FALSE(takes_parameter(KvLayout::kMlkv, "factor"));
  EXPECT_FALSE(takes_parameter(std::nullopt, "factor"));
  EXPECT_STREQ(used_with_layouts("factor"), "kv_sharing.layout is cla or keep_ends");
  EXPECT_STREQ(used_with_layouts("kv_source_layers"), "kv_sharing.layout is map");
}

TEST(KvLayout, RefusesParametersThatExceedTheLayers) {
  EXPECT_EQ(error_of(sharing_of(KvLayout::kCla, 5), 4),
            "kv_sharing.factor: got 5; expected at most 4 for this number of layers");
  EXPECT_EQ(error_of(sharing_of(KvLayout::kMlkv, 5), 4),
            "kv_sharing.kv_layers: got 5; expected at most 4 for this number of layers");
  EXPECT_EQ(error_of(sharing_of(KvLayout::kLastShared, 4), 4),
            "kv_sharing.count: got 4; expected at most 3 for this number of layers");
}

TEST(KvLayout, RefusesTooFewLayers) {
  EXPECT_EQ(error_of(sharing_of(KvLayout::kKeepEnds, 2), 2),
            "kv_sharing: layout keep_ends: got 2 layers; expected at least 3");
  EXPECT_EQ(error_of(sharing_of(KvLayout::kDenseFront), 2),
            "kv_sharing: layout dense_front: got 2 layers; expected at least 3");
  EXPECT_EQ(error_of(sharing_of(KvLayout::kDenseBack), 3),
            "kv_sharing: layout dense_back: got 3 layers; expected at least 4");
}

TEST(KvLayout, RefusesInvalidMaps) {
  const std::string key = "kv_sharing.kv_source_layers: ";
  EXPECT_EQ(error_of(sharing_of({0, 0, 2}), 4), key + "got 3 entries; expected 4, one per layer");
  EXPECT_EQ(error_of(sharing_of({0, 2, 2, 3}), 4),
            key + "layer 1 reads layer 2; expected itself or a lower layer");
  EXPECT_EQ(error_of(sharing_of({0, 0, 1, 3}), 4),
            key + "layer 2 reads layer 1, which is a reader itself; expected a source layer");
  EXPECT_EQ(error_of(sharing_of({1, 1}), 2),
            key + "layer 0 reads layer 1; expected itself or a lower layer");
  EXPECT_EQ(error_of(sharing_of({0, -1}), 2),
            key + "layer 1 reads layer -1; expected a layer >= 0");
}

TEST(KvLayout, SourcesReadThemselvesAndAreNotAboveTheirReaders) {
  for (std::int64_t num_layers = 1; num_layers <= 40; ++num_layers) {
    for (const KvSharing& sharing : all_sharings(num_layers)) {
      const KvSourceLayers sources = kv_source_layers(sharing, num_layers);
      const std::string where =
          std::string(enum_name(*sharing.layout)) + " over " + std::to_string(num_layers);
      ASSERT_EQ(std::ssize(sources), num_layers) << where;
      for (std::int64_t layer = 0; layer < num_layers; ++layer) {
        const std::int64_t source = sources[static_cast<std::size_t>(layer)];
        ASSERT_GE(source, 0) << where;
        ASSERT_LE(source, layer) << where;
        ASSERT_EQ(sources[static_cast<std::size_t>(source)], source) << where;
      }
    }
  }
}

// The number of source layers determines the KV bytes: ceil(L / s), m, L - n, ...
TEST(KvLayout, NumberOfSourceLayersFollowsFromTheParameters) {
  for (std::int64_t layers = 1; layers <= 40; ++layers) {
    EXPECT_EQ(num_kv_layers(KvSharing{}, layers), layers);
    for (std::int64_t n = 1; n <= layers; ++n) {
      EXPECT_EQ(num_kv_layers(sharing_of(KvLayout::kCla, n), layers), (layers + n - 1) / n);
      EXPECT_EQ(num_kv_layers(sharing_of(KvLayout::kMlkv, n), layers), n);
    }
    for (std::int64_t n = 1; n < layers; ++n) {
      EXPECT_EQ(num_kv_layers(sharing_of(KvLayout::kKeepEnds, n), layers),
                1 + (layers - 1) / n + (layers - 1) % n);
      EXPECT_EQ(num_kv_layers(sharing_of(KvLayout::kLastShared, n), layers), layers - n);
    }
  }
}

TEST(KvLayout, MlkvGroupsDifferByAtMostOneLayer) {
  for (std::int64_t layers = 1; layers <= 40; ++layers) {
    for (std::int64_t m = 1; m <= layers; ++m) {
      const KvSourceLayers sources = kv_source_layers(sharing_of(KvLayout::kMlkv, m), layers);
      for (const std::int64_t source : kv_layers(sources)) {
        const std::int64_t readers = std::count(sources.begin(), sources.end(), source);
        ASSERT_TRUE(readers == layers / m || readers == (layers + m - 1) / m)
            << m << " of " << layers;
      }
    }
  }
}

}  // namespace
}  // namespace lamina
