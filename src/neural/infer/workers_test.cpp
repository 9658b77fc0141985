#include "neural/infer/workers.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace cantus::infer {
namespace {

TEST(Workers, EveryWorkerRunsOnceARun) {
  for (const int count : {1, 2, 5}) {
    Workers workers(count);
    std::vector<int> runs(static_cast<std::size_t>(count));
    for (int i = 0; i < 20; ++i) {
      workers.run([&](int worker) { ++runs[static_cast<std::size_t>(worker)]; });
    }
    for (const int n : runs)
      EXPECT_EQ(n, 20);
  }
}

TEST(Workers, NobodyPassesABarrierBeforeAllHaveCome) {
  Workers workers(3);
  std::atomic<int> arrived{0};
  std::atomic<int> early{0};
  workers.run([&](int) {
    for (int round = 1; round <= 30; ++round) {
      ++arrived;
      workers.barrier();
      if (arrived.load() < 3 * round) ++early;
      workers.barrier();
    }
  });
  EXPECT_EQ(early.load(), 0);
  EXPECT_EQ(arrived.load(), 90);
}

TEST(Workers, AnIdlePoolSleepsAndWakes) {
  Workers workers(2);
  for (int i = 0; i < 3; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::atomic<int> runs{0};
    workers.run([&](int) { ++runs; });
    EXPECT_EQ(runs.load(), 2);
  }
}

}  // namespace
}  // namespace cantus::infer
