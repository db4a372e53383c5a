// SPDX-License-Identifier: MIT
// How the workspace is: its files, engine and runs, disk and memory, and the agents there are.
#include "loop/ops/get_system_status.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "loop/base/text.h"
#include "loop/base/version.h"
#include "loop/domain/memory_book.h"
#include "loop/domain/schedule_store.h"
#include "loop/engine/agent_sandbox.h"
#include "loop/ops/operation_meter.h"
#include "loop/ops/schedule_view.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"
#include "ops/agent_version.hpp"
#include "ops/current_mode.hpp"
#include "ops/described_operation.hpp"
#include "ops/file_times.hpp"
#include "ops/workspace_checks.hpp"

namespace loop {

namespace ops {

template <>
struct Words<Health> {
  static constexpr std::array<std::pair<Health, std::string_view>, 3> all{
      {{Health::healthy, "healthy"},
       {Health::degraded, "degraded"},
       {Health::critical, "critical"}}};
};

}  // namespace ops

template <class Visitor>
void describe(Visitor& visit, GetSystemStatusRequest& request) {
  using ops::field;
  visit(field("include_performance", request.include_performance, "disk, memory, tool latency"));
  visit(field("include_file_health", request.include_file_health, "each file"));
  visit(field("include_orchestrator_status", request.include_orchestrator_status, "engine, runs"));
  visit(field("check_external_dependencies", request.check_external_dependencies,
              "agents on PATH and their versions (starts them)"));
}

template <class Visitor>
void describe(Visitor& visit, FileHealthAnswer& file) {
  using ops::field;
  visit(field("file", file.file, "relative to the root").path());
  visit(field("exists", file.exists, "it is there"));
  visit(field("readable", file.readable, "it can be read"));
  visit(field("parses", file.parses, "it has its form"));
  visit(field("within_limits", file.within_limits, "256 MiB; of the memory 300 lines"));
  visit(field("size_bytes", file.size_bytes, "its size"));
  visit(field("modified", file.modified, "its last change"));
}

template <class Visitor>
void describe(Visitor& visit, EngineHealthAnswer& engine) {
  using ops::field;
  visit(field("alive", engine.alive, "an engine holds the workspace"));
  visit(field("pid", engine.pid, "its process"));
  visit(field("heartbeat_age_ms", engine.heartbeat_age_ms, "since its last sign of life"));
  visit(field("version", engine.version, "its version"));
}

template <class Visitor>
void describe(Visitor& visit, OrchestratorHealthAnswer& orchestrator) {
  using ops::field;
  visit(field("engine", orchestrator.engine, "who starts what is due"));
  visit(field("schedules", orchestrator.schedules, "in the file"));
  visit(field("active_schedules", orchestrator.active_schedules, "of them"));
  visit(field("running", orchestrator.running, "runs with a process"));
  visit(field("waiting", orchestrator.waiting, "runs that wait, retry or are parked"));
  visit(field("escalated", orchestrator.escalated, "schedules with an open escalation"));
  visit(field("memory_lines", orchestrator.memory_lines, "of 300"));
  visit(field("memory_headroom_percent", orchestrator.memory_headroom_percent, "lines left"));
  visit(field("current_mode", orchestrator.current_mode, "of interactive work"));
}

template <class Visitor>
void describe(Visitor& visit, ToolLatencyAnswer& latency) {
  using ops::field;
  visit(field("tool", latency.tool, "name of the operation"));
  visit(field("calls", latency.calls, "number of calls"));
  visit(field("errors", latency.errors, "of them refused"));
  visit(field("p50_us", latency.p50_us, "median, microseconds"));
  visit(field("p99_us", latency.p99_us, "99th percentile, microseconds"));
}

template <class Visitor>
void describe(Visitor& visit, PerformanceAnswer& performance) {
  using ops::field;
  visit(field("disk_free_bytes", performance.disk_free_bytes, "for this user"));
  visit(field("file_system", performance.file_system, "its type"));
  visit(field("memory_total_bytes", performance.memory_total_bytes, "of the machine"));
  visit(field("memory_available_bytes", performance.memory_available_bytes, "without swapping"));
  visit(field("tools", performance.tools, "since this process began"));
}

template <class Visitor>
void describe(Visitor& visit, DependencyAnswer& dependency) {
  using ops::field;
  visit(field("agent", dependency.agent, "its name"));
  visit(field("program", dependency.program, "what is started"));
  visit(field("path", dependency.path, "where it was found; absent: nowhere"));
  visit(field("version", dependency.version, "what it says of itself"));
}

template <class Visitor>
void describe(Visitor& visit, GetSystemStatusAnswer& answer) {
  using ops::field;
  visit(field("status", answer.status, "as a whole").required());
  visit(field("reasons", answer.reasons, "why it is not healthy"));
  visit(field("version", answer.version, "of this program"));
  visit(field("root", answer.root, "of the workspace"));
  visit(field("sandbox", answer.sandbox, "what the kernel can do to confine agents"));
  visit(field("files", answer.files, "health of each file"));
  visit(field("orchestrator", answer.orchestrator, "engine, runs, schedules, memory"));
  visit(field("performance", answer.performance, "disk, memory, latencies"));
  visit(field("dependencies", answer.dependencies, "agents"));
}

namespace {

// These stop the schedules or endanger data; other errors leave the rest at work.
bool is_critical(const Finding& finding) {
  constexpr std::array<std::string_view, 8> kCritical{
      "configuration.refused", "schedules.unreadable", "timing.unreadable", "memory.unreadable",
      "disk.nearly_full",      "disk.network",         "engine.unreadable", "engine.silent"};
  return finding.severity == Severity::error &&
         std::ranges::find(kCritical, finding.rule) != kCritical.end();
}

class Verdict {
 public:
  explicit Verdict(GetSystemStatusAnswer& answer) : answer_(answer) {}

  void add(Health health, std::string reason) {
    answer_.status = std::max(answer_.status, health);
    if (answer_.reasons.size() < kStatusReasonsMax) answer_.reasons.push_back(std::move(reason));
  }

  void add(const CheckReport& report) {
    // The grave ones first, so that the limit never hides them.
    for (const bool critical : {true, false}) {
      for (const Finding& finding : report.findings) {
        if (finding.severity == Severity::note || is_critical(finding) != critical) continue;
        const std::string place = finding.file.empty() ? "" : finding.file + ": ";
        add(critical ? Health::critical : Health::degraded, place + finding.message);
      }
    }
  }

 private:
  GetSystemStatusAnswer& answer_;
};

struct WatchedFile {
  RelativePath path;
  CheckArea area;
};

std::vector<WatchedFile> watched_files() {
  return {{layout::schedules(), CheckArea::schedules},
          {layout::modes(), CheckArea::modes},
          {layout::timing(), CheckArea::timing},
          {layout::memory(), CheckArea::memory},
          {layout::todo(), CheckArea::todo}};
}

FileHealthAnswer file_health(const OperationContext& context, const WatchedFile& watched,
                             const CheckReport& report) {
  FileHealthAnswer file{.file = watched.path.str()};
  const auto info = context.services.files.info(watched.path);
  file.exists = !info || info->has_value();
  if (!info || !*info) return file;
  file.size_bytes = static_cast<std::int64_t>((*info)->size_bytes);
  file.modified = ops::modified(**info);
  file.readable = read_file(context.services.files, watched.path).has_value();
  const auto has = [&](std::string_view word) {
    const std::string rule = fmt::format("{}.{}", to_string(watched.area), word);
    return std::ranges::any_of(report.findings, [&](const Finding& finding) {
      return finding.rule == rule && finding.file == file.file;
    });
  };
  const bool has_form = !has("unreadable") && !has("invalid_utf8") &&
                        !(watched.area == CheckArea::modes && has("invalid"));
  file.parses = file.readable && has_form;
  file.within_limits = (*info)->size_bytes <= kReadBytesMax && !has("line_limit");
  return file;
}

EngineHealthAnswer engine_health(const OperationContext& context) {
  EngineHealthAnswer engine;
  const auto status = read_engine_status(context.services.files);
  if (!status || !status->is_alive) return engine;
  engine.alive = true;
  engine.pid = status->pid;
  if (status->heartbeat) engine.heartbeat_age_ms = (context.now() - *status->heartbeat).count();
  if (!status->version.empty()) engine.version = status->version;
  return engine;
}

// What cannot be read counts nothing here; the checks have said why.
OrchestratorHealthAnswer orchestrator_health(const OperationContext& context, Verdict& verdict) {
  const EngineContext& services = context.services;
  OrchestratorHealthAnswer health{.engine = engine_health(context)};
  ScheduleStore store(services.files, services.clock, services.random, services.log);
  if (const auto book = store.load()) {
    health.schedules = static_cast<std::int64_t>((*book)->schedules().size());
    health.active_schedules = std::ranges::count((*book)->schedules(), true, &Schedule::active);
  }
  if (const auto history = settled_history(services, context.engine)) {
    for (const auto& [id, run] : history->live())
      ++(run.has_process() ? health.running : health.waiting);
    health.escalated = std::ranges::count_if(
        history->schedules(), [](const auto& entry) { return is_escalated(entry.second); });
  }
  MemoryBook book(services.files, services.clock, services.random, services.log);
  if (const auto memory = book.read()) {
    const auto lines = std::min(memory->line_count, kMemoryLinesMax);
    health.memory_lines = static_cast<std::int64_t>(memory->line_count);
    health.memory_headroom_percent =
        static_cast<std::int64_t>((kMemoryLinesMax - lines) * 100 / kMemoryLinesMax);
  }
  if (const auto mode = ops::read_current_mode(services.files); mode && *mode) {
    health.current_mode = (*mode)->mode.str();
  }
  if (!health.engine.alive && health.active_schedules > 0) {
    verdict.add(Health::degraded,
                fmt::format("no engine is running: {} active schedules do not start by themselves "
                            "(`loopctl run`)",
                            health.active_schedules));
  }
  return health;
}

PerformanceAnswer performance(const OperationContext& context, Verdict& verdict) {
  PerformanceAnswer answer;
  if (const auto space = context.services.files.space()) {
    answer.disk_free_bytes = static_cast<std::int64_t>(space->free_bytes);
    answer.file_system = space->type_name;
  }
  if (const auto memory = context.services.processes.memory()) {
    answer.memory_total_bytes = static_cast<std::int64_t>(memory->total_bytes);
    answer.memory_available_bytes = static_cast<std::int64_t>(memory->available_bytes);
    if (memory->available_bytes < memory->total_bytes / 20) {
      verdict.add(Health::degraded, fmt::format("the machine has {} MiB of memory left",
                                                memory->available_bytes >> 20));
    }
  }
  if (context.meter == nullptr) return answer;
  for (const OperationMeter::Row& row : context.meter->rows()) {
    answer.tools.push_back({.tool = row.operation,
                            .calls = row.calls,
                            .errors = row.errors,
                            .p50_us = row.p50.count(),
                            .p99_us = row.p99.count()});
  }
  return answer;
}

}  // namespace

Result<GetSystemStatusAnswer> get_system_status(const OperationContext& context,
                                                const GetSystemStatusRequest& request) {
  GetSystemStatusAnswer answer;
  answer.version = version();
  answer.root = context.services.files.root();
  answer.sandbox = describe_support(context.services.processes.confinement_support());
  LOOP_TRY(const CheckReport report, check_workspace(context, all_check_areas()));
  Verdict verdict(answer);
  verdict.add(report);
  if (request.include_file_health) {
    answer.files.emplace();
    for (const WatchedFile& watched : watched_files()) {
      answer.files->push_back(file_health(context, watched, report));
    }
  }
  if (request.include_orchestrator_status) {
    answer.orchestrator = orchestrator_health(context, verdict);
  }
  if (request.include_performance) answer.performance = performance(context, verdict);
  if (request.check_external_dependencies) {
    LOOP_TRY(answer.dependencies, ops::find_dependencies(context));
  }
  return answer;
}

namespace {

constexpr OperationInfo kInfo{
    .name = "get_system_status",
    .title = "Show the system's health",
    .meaning =
        "Whether all is well: health of files, engine, runs, memory, disk and tool latency, with "
        "reasons. For one file's faults use run_validation.",
    .group = OperationGroup::development,
    .hints = {.is_read_only = true, .is_idempotent = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(get_system_status, loop::kInfo)
