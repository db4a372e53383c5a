// SPDX-License-Identifier: MIT
// Delegated runs as tasks: they belong to the workspace, so every server of it knows them.
#pragma once

#include "mcp/server/features.hpp"
#include "workspace_calls.hpp"

namespace loop_mcp {

// Borrows `calls`. Thread-safe.
class LoopTasks final : public mcp::TaskSource {
 public:
  explicit LoopTasks(WorkspaceCalls& calls) : calls_(calls) {}

  std::optional<mcp::TaskState> find(const std::string& id) override;
  void cancel(const std::string& id) override;

 private:
  WorkspaceCalls& calls_;
};

}  // namespace loop_mcp
