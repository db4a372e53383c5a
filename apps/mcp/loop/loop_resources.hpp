// SPDX-License-Identifier: MIT
// The workspace's files, modes and runs as resources.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mcp/server/features.hpp"
#include "workspace_calls.hpp"

namespace loop_mcp {

namespace uri {
inline constexpr std::string_view kSchedules = "loop://schedules";
inline constexpr std::string_view kMemory = "loop://memory";
inline constexpr std::string_view kTodo = "loop://todo";
inline constexpr std::string_view kTimingToday = "loop://timing/today";
inline constexpr std::string_view kModes = "loop://modes/";
inline constexpr std::string_view kRuns = "loop://runs/";
inline constexpr std::string_view kLogEnding = "/log";
}  // namespace uri

// Borrows `calls`. Thread-safe.
class LoopResources final : public mcp::ResourceSource {
 public:
  explicit LoopResources(WorkspaceCalls& calls) : calls_(calls) {}

  // The files that exist, each mode, and the newest runs.
  std::vector<mcp::Resource> list() override;
  std::vector<mcp::ResourceTemplate> templates() override;
  mcp::Reply<std::optional<std::vector<mcp::ResourceContents>>> read(
      mcp::Call& call, const std::string& uri) override;
  mcp::Completion complete(const std::string& uri_template, const std::string& argument,
                           const std::string& begun,
                           const mcp::CompletionContext& context) override;

 private:
  WorkspaceCalls& calls_;
};

// The values that begin like `begun`.
mcp::Completion completion_of(const std::vector<std::string>& values, std::string_view begun);

}  // namespace loop_mcp
