// SPDX-License-Identifier: MIT
// Threads that run what is submitted, in its order: as many as there is work for at once.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "mcp/server/work_queue.hpp"

namespace mcp {

class WorkPool final : public WorkQueue {
 public:
  // A thread is started when none is free, up to `threads_max`, and stays.
  WorkPool(std::size_t threads_max, std::size_t waiting_max)
      : threads_max_(threads_max), waiting_max_(waiting_max) {}
  ~WorkPool() override;  // as finish()

  bool submit(std::function<void()> work) override;
  // Drops what has not begun and waits for what has; nothing is taken from then on.
  void finish();

 private:
  void run();

  const std::size_t threads_max_;
  const std::size_t waiting_max_;
  std::mutex mutex_;  // guards the rest
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  std::size_t idle_ = 0;  // threads that wait for work
  bool is_ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace mcp
