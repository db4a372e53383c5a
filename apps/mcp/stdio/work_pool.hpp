// SPDX-License-Identifier: MIT
// A fixed number of threads that run what is submitted, in its order.
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
  WorkPool(std::size_t threads, std::size_t waiting_max);
  ~WorkPool() override;  // as finish()

  bool submit(std::function<void()> work) override;
  // Drops what has not begun and waits for what has; nothing is taken from then on.
  void finish();

 private:
  void run();

  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  bool is_ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace mcp
