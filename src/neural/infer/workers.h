// A few threads that run one function together and wait for each other at barriers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

namespace cantus::infer {

/// Waiting spins for some microseconds, then sleeps. One run at a time.
class Workers {
 public:
  /// The caller is the first worker: `count` - 1 threads are started.
  explicit Workers(int count);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  int count() const { return count_; }

  /// Calls work(worker) for every worker, 0 <= worker < count(); back when all are done. `work` may
  /// call barrier() (all workers equally often), and may not throw. Allocates nothing.
  template <class Work>
  void run(const Work& work) {
    run_task(
        {&work, [](const void* that, int worker) { (*static_cast<const Work*>(that))(worker); }});
  }

  /// Inside a run: returns when every worker has come here.
  void barrier();

 private:
  struct Task {
    const void* that = nullptr;
    void (*call)(const void* that, int worker) = nullptr;
  };

  void run_task(Task task);
  void serve(int worker);

  int count_;
  Task task_;
  std::atomic<std::uint32_t> runs_{0};
  std::atomic<std::uint32_t> arrived_{0};
  std::atomic<std::uint32_t> barriers_{0};
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> threads_;
};

}  // namespace cantus::infer
