#include "lamina/core/workers.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace lamina {
namespace {

TEST(Workers, ReturnResultOfEachJobOrWhatItThrows) {
  Workers<int> workers(3);
  std::vector<std::future<int>> results;
  for (int i = 0; i < 100; ++i) {
    results.push_back(workers.run([i] { return i == 40 ? throw std::runtime_error("forty") : i; }));
  }
  for (int i = 0; i < 100; ++i) {
    const auto result = static_cast<std::size_t>(i);
    if (i == 40) {
      EXPECT_THROW(results[result].get(), std::runtime_error);
    } else {
      EXPECT_EQ(results[result].get(), i);
    }
  }
}

TEST(Workers, RunJobsOnSameThreads) {
  Workers<std::thread::id> workers(1);
  const auto first = workers.run([] { return std::this_thread::get_id(); }).get();
  EXPECT_EQ(workers.run([] { return std::this_thread::get_id(); }).get(), first);
  EXPECT_NE(first, std::this_thread::get_id());
}

// The first job occupies the only thread until the second has been submitted.
TEST(Workers, FinishStartedJobsAndDropOrFinishOthers) {
  std::promise<void> second_is_submitted;
  std::future<int> first, second;
  {
    Workers<int> workers(1);
    first = workers.run([&] {
      second_is_submitted.get_future().wait();
      return 1;
    });
    second = workers.run([] { return 2; });
    second_is_submitted.set_value();
  }
  ASSERT_EQ(first.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  ASSERT_EQ(second.wait_for(std::chrono::seconds(0)), std::future_status::ready);
}

}  // namespace
}  // namespace lamina
