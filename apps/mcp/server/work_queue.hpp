// SPDX-License-Identifier: MIT
// Where handlers run.
#pragma once

#include <functional>

namespace mcp {

// Thread-safe.
class WorkQueue {
 public:
  virtual ~WorkQueue() = default;
  // Runs `work` once, now or later, on any thread. False when it is full: nothing will run.
  virtual bool submit(std::function<void()> work) = 0;
};

}  // namespace mcp
