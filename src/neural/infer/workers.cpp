#include "neural/infer/workers.h"

#include "base/check.h"

namespace cantus::infer {
namespace {

constexpr int kSpins = 2000;  // some 20 to 80 microseconds; a barrier in decoding is shorter

void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Until `value` is no longer `old`.
void wait_while(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  for (int spin = 0; spin < kSpins; ++spin) {
    if (value.load(std::memory_order_acquire) != old) return;
    pause();
  }
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

Workers::Workers(int count) : count_(count) {
  CANTUS_CHECK(count >= 1);
  for (int worker = 1; worker < count; ++worker) {
    threads_.emplace_back([this, worker] { serve(worker); });
  }
}

Workers::~Workers() {
  stopping_.store(true, std::memory_order_relaxed);
  runs_.fetch_add(1, std::memory_order_release);
  runs_.notify_all();
  for (std::thread& thread : threads_)
    thread.join();
}

void Workers::run_task(Task task) {
  if (count_ == 1) return task.call(task.that, 0);
  task_ = task;
  runs_.fetch_add(1, std::memory_order_release);
  runs_.notify_all();
  task.call(task.that, 0);
  barrier();
}

void Workers::serve(int worker) {
  std::uint32_t seen = 0;
  while (true) {
    wait_while(runs_, seen);
    ++seen;
    if (stopping_.load(std::memory_order_relaxed)) return;
    task_.call(task_.that, worker);
    barrier();
  }
}

void Workers::barrier() {
  if (count_ == 1) return;
  const std::uint32_t passed = barriers_.load(std::memory_order_relaxed);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == static_cast<std::uint32_t>(count_)) {
    arrived_.store(0, std::memory_order_relaxed);
    barriers_.store(passed + 1, std::memory_order_release);
    barriers_.notify_all();
    return;
  }
  wait_while(barriers_, passed);
}

}  // namespace cantus::infer
