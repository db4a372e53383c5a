// SPDX-License-Identifier: MIT
// Threads on one queue.
#include "mcp/stdio/work_pool.hpp"

#include <utility>

namespace mcp {

WorkPool::WorkPool(std::size_t threads, std::size_t waiting_max) : waiting_max_(waiting_max) {
  for (std::size_t index = 0; index < threads; ++index) {
    threads_.emplace_back([this] { run(); });
  }
}

WorkPool::~WorkPool() { finish(); }

void WorkPool::finish() {
  {
    const std::lock_guard guard(mutex_);
    is_ending_ = true;
    waiting_.clear();
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

bool WorkPool::submit(std::function<void()> work) {
  {
    const std::lock_guard guard(mutex_);
    if (is_ending_ || waiting_.size() >= waiting_max_) return false;
    waiting_.push_back(std::move(work));
  }
  wake_.notify_one();
  return true;
}

void WorkPool::run() {
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return is_ending_ || !waiting_.empty(); });
      if (is_ending_) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

}  // namespace mcp
