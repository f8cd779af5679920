#include "lamina/core/units.h"

#include <gtest/gtest.h>

namespace lamina {
namespace {

TEST(MeasuredNumber, HasGivenDecimalsUnlessHuge) {
  EXPECT_EQ(measured_number(14.25, 2), "14.25");
  EXPECT_EQ(measured_number(999999.4, 1), "999999.4");
  EXPECT_EQ(measured_number(4.85e21, 2), "4.85e+21");
  EXPECT_EQ(measured_number(-1e300, 2), "-1e+300");
  EXPECT_EQ(measured_number(-0.0, 2), "0.00");
  EXPECT_EQ(measured_number(-0.004, 2), "0.00");
  EXPECT_EQ(measured_number(-0.005001, 2), "-0.01");
}

}  // namespace
}  // namespace lamina
