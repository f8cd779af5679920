#include "lamina/core/live_lines.h"

#include <gtest/gtest.h>

namespace lamina {
namespace {

TEST(Heartbeat, PrintsOncePerMinuteAndNeverSameTextTwice) {
  Heartbeat heartbeat(1000);
  EXPECT_FALSE(heartbeat.is_due("step 1", 1001));
  EXPECT_TRUE(heartbeat.is_due("step 2", 1060));
  EXPECT_FALSE(heartbeat.is_due("step 3", 1119));
  EXPECT_FALSE(heartbeat.is_due("step 2", 1120));  // not changed
  EXPECT_TRUE(heartbeat.is_due("step 4", 1121));
}

}  // namespace
}  // namespace lamina
