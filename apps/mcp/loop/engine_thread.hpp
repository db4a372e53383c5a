// SPDX-License-Identifier: MIT
// The engine in a thread of the server's process.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include "front/engine_host.hpp"
#include "loop/base/result.h"
#include "workspace_calls.hpp"

namespace loop_mcp {

class EngineThread {
 public:
  // locked: another engine works in this workspace. `on_failure` is called from the thread when the
  // engine's loop ends by itself.
  static loop::Result<std::unique_ptr<EngineThread>> start(WorkspaceCalls& calls,
                                                           std::function<void()> on_failure);
  ~EngineThread();  // as end()

  // Agents that run go on. How the loop ended.
  loop::Status end();

 private:
  explicit EngineThread(front::OpenEngine opened) : opened_(std::move(opened)) {}
  void run(const std::function<void()>& on_failure);

  front::OpenEngine opened_;
  std::atomic<bool> wants_end_{false};
  std::atomic<bool> has_ended_{false};
  loop::Status outcome_;
  std::thread thread_;
};

}  // namespace loop_mcp
