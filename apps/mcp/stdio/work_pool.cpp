// SPDX-License-Identifier: MIT
// Threads on one queue.
#include "mcp/stdio/work_pool.hpp"

#include <utility>

namespace mcp {

WorkPool::~WorkPool() { finish(); }

void WorkPool::finish() {
  std::deque<std::function<void()>> dropped;  // destroyed outside of the lock
  std::vector<std::thread> threads;
  {
    const std::lock_guard guard(mutex_);
    is_ending_ = true;
    dropped.swap(waiting_);
    threads.swap(threads_);
  }
  wake_.notify_all();
  for (std::thread& thread : threads) thread.join();
}

bool WorkPool::submit(std::function<void()> work) {
  {
    const std::lock_guard guard(mutex_);
    if (is_ending_ || waiting_.size() >= waiting_max_) return false;
    waiting_.push_back(std::move(work));
    if (waiting_.size() > idle_ && threads_.size() < threads_max_) {
      threads_.emplace_back([this] { run(); });
    }
  }
  wake_.notify_one();
  return true;
}

void WorkPool::run() {
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock lock(mutex_);
      ++idle_;
      wake_.wait(lock, [this] { return is_ending_ || !waiting_.empty(); });
      --idle_;
      if (is_ending_) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

}  // namespace mcp
