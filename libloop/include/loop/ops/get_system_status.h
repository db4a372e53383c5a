// SPDX-License-Identifier: MIT
// The operation that tells how the whole workspace is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loop/ops/operation.h"

namespace loop {

enum class Health {
  healthy,   // nothing is wrong
  degraded,  // it works, and a person should look
  critical,  // schedules do not run, or data is in danger
};

struct GetSystemStatusRequest {
  bool include_performance = true;
  bool include_file_health = true;
  bool include_orchestrator_status = true;
  bool check_external_dependencies = false;  // starts each agent's program with --version
};

struct FileHealthAnswer {
  std::string file;
  bool exists = false;
  bool readable = false;
  bool parses = false;
  bool within_limits = true;
  std::int64_t size_bytes = 0;
  std::optional<Instant> modified;
};

struct EngineHealthAnswer {
  bool alive = false;
  std::optional<std::int64_t> pid;
  std::optional<std::int64_t> heartbeat_age_ms;
  std::optional<std::string> version;
};

struct OrchestratorHealthAnswer {
  EngineHealthAnswer engine;
  std::int64_t schedules = 0, active_schedules = 0;
  std::int64_t running = 0, waiting = 0, escalated = 0;  // runs, runs, schedules
  std::int64_t memory_lines = 0, memory_headroom_percent = 0;
  std::optional<std::string> current_mode;
};

struct ToolLatencyAnswer {
  std::string tool;
  std::int64_t calls = 0, errors = 0;
  std::int64_t p50_us = 0, p99_us = 0;  // microseconds, at most a fifth too high
};

struct PerformanceAnswer {
  std::int64_t disk_free_bytes = 0;
  std::string file_system;
  std::optional<std::int64_t> memory_total_bytes, memory_available_bytes;
  std::vector<ToolLatencyAnswer> tools;  // since this process began
};

struct DependencyAnswer {
  std::string agent;
  std::string program;
  std::optional<std::string> path;     // absent: not found
  std::optional<std::string> version;  // its first line of `--version`; absent: it told none
};

struct GetSystemStatusAnswer {
  Health status = Health::healthy;
  std::vector<std::string> reasons;  // why it is not healthy; at most kStatusReasonsMax
  std::string version;               // of this program
  std::string root;
  std::string sandbox;  // what the kernel can do for sandboxes of agents
  std::optional<std::vector<FileHealthAnswer>> files;
  std::optional<OrchestratorHealthAnswer> orchestrator;
  std::optional<PerformanceAnswer> performance;
  std::optional<std::vector<DependencyAnswer>> dependencies;
};

inline constexpr std::size_t kStatusReasonsMax = 20;

// Reads only. What cannot be read is a reason, not an error.
Result<GetSystemStatusAnswer> get_system_status(const OperationContext& context,
                                                const GetSystemStatusRequest& request);

}  // namespace loop
