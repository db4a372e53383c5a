// SPDX-License-Identifier: MIT
// Checks of what the engine works with and on: the disk, its signs of life, runs, escalations.
#include <fmt/format.h>

#include "loop/base/text.h"
#include "loop/base/version.h"
#include "loop/ops/schedule_view.h"
#include "loop/store/layout.h"
#include "ops/workspace_checks.hpp"

namespace loop::ops {

namespace {

constexpr std::uint64_t kFreeBytesMin = 100ull * 1024 * 1024;
constexpr Duration kHeartbeatMax = std::chrono::minutes{2};

void check_life(const OperationContext& context, const EngineStatus& status, Findings& findings) {
  const bool is_silent =
      status.is_alive && status.heartbeat && context.now() - *status.heartbeat > kHeartbeatMax;
  if (is_silent) {
    findings.add(Severity::error, "engine.silent", layout::engine_status().str(),
                 fmt::format("engine {} holds its lock, but its last sign of life was {} ago",
                             status.pid, format_duration(context.now() - *status.heartbeat)));
  }
  if (status.is_alive && !status.version.empty() && status.version != version()) {
    findings.add(Severity::note, "engine.other_version", "",
                 fmt::format("the engine is version {}, this program {}",
                             ellipsize(to_single_line(status.version), 40), version()));
  }
}

void check_past(const History& history, const EngineStatus& status, Findings& findings) {
  if (!history.live().empty() && !status.is_alive) {
    findings.add(Severity::warning, "engine.unfollowed_runs", "",
                 fmt::format("{} runs are not over and no engine follows them: `loopctl run`",
                             history.live().size()));
  }
  for (const auto& [id, past] : history.schedules()) {
    if (!is_escalated(past)) continue;
    findings.add(Severity::warning, "engine.open_escalation", "",
                 fmt::format("the escalation of schedule {} is open: `loopctl escalation list`",
                             ellipsize(to_single_line(id.str()), 80)));
  }
}

}  // namespace

void check_disk(const OperationContext& context, Findings& findings) {
  const auto space = context.services.files.space();
  if (!space) {
    findings.add(Severity::error, "disk.unreadable", "", space.error().message());
    return;
  }
  if (space->free_bytes < kFreeBytesMin) {
    findings.add(Severity::error, "disk.nearly_full", "",
                 fmt::format("the disk has {} MiB free; at least {} MiB are wanted",
                             space->free_bytes >> 20, kFreeBytesMin >> 20));
  }
  if (space->is_network) {
    const bool is_allowed = context.engine.config.allow_network_fs;
    findings.add(is_allowed ? Severity::warning : Severity::error, "disk.network", "",
                 fmt::format("the workspace is on a network file system ({}), where locks and "
                             "appends are not to be trusted",
                             space->type_name));
  }
}

void check_engine(const OperationContext& context, Findings& findings) {
  check_sandboxes(context, findings);
  const EngineContext& services = context.services;
  const auto status = read_engine_status(services.files);
  if (!status) {
    findings.add(Severity::error, "engine.unreadable", layout::engine_status().str(),
                 status.error().message());
    return;
  }
  check_life(context, *status, findings);
  const auto history = read_history(services.files, services.clock, services.log);
  if (!history) {
    findings.add(Severity::error, "engine.unreadable", layout::journal().str(),
                 history.error().message());
    return;
  }
  check_past(*history, *status, findings);
}

}  // namespace loop::ops
