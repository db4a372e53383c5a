// SPDX-License-Identifier: MIT
// Waiting: one step after another until the journal says that the run is over.
#include "run_wait.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "run_view.hpp"
#include "signals.hpp"
#include "text_forms.hpp"

namespace loopctl {

using loop::Errc;
using loop::Error;
using loop::Result;
using loop::RunPhase;

namespace {

constexpr loop::Duration kPoll = std::chrono::milliseconds{200};

// Phases that only an engine ends: without one, waiting would never end.
bool needs_engine(RunPhase phase) {
  switch (phase) {
    case RunPhase::waiting:
    case RunPhase::retry_wait:
    case RunPhase::parked: return true;
    case RunPhase::claimed:
    case RunPhase::starting:
    case RunPhase::running:
    case RunPhase::ended:
    case RunPhase::finished: return false;
  }
  return false;
}

}  // namespace

Result<loop::RunSummary> wait_for_run(front::Session& session, loop::Engine& engine,
                                      const loop::RunId& id, std::optional<loop::Duration> limit) {
  const loop::Duration begun = session.clock().monotonic();
  for (;;) {
    LOOP_TRY_VOID(engine.step(session.now()));
    const loop::RunSummary* run = engine.history().find(id);
    if (run == nullptr) {
      return Error(Errc::not_found, fmt::format("run {} is not in the journal", id.str()));
    }
    if (run->phase == RunPhase::finished) return *run;
    if (stop_signal() != 0) {
      return Error(Errc::cancelled, fmt::format("stopped waiting; run {} goes on", id.str()));
    }
    if (limit && session.clock().monotonic() - begun >= *limit) {
      return Error(Errc::timed_out, fmt::format("run {} is not over after {}; it goes on", id.str(),
                                                loop::format_duration(*limit)));
    }
    if (needs_engine(run->phase)) {
      LOOP_TRY(const auto status, read_engine_status(session.files()));
      if (!status.is_alive) {
        return Error(Errc::unsupported,
                     fmt::format("run {} is in phase {} ({}) and no engine is alive to go on with "
                                 "it: start one with `loopctl run`",
                                 id.str(), to_string(run->phase), shown(run->reason)));
      }
    }
    session.clock().sleep(kPoll);
  }
}

ExitCode exit_code_of_run(const loop::RunSummary& run) {
  const auto end = loop::parse_attempt_end(run.end);
  if (!end) return ExitCode::failed;
  switch (*end) {
    case loop::AttemptEnd::succeeded: return ExitCode::ok;
    case loop::AttemptEnd::timed_out:
    case loop::AttemptEnd::stalled: return ExitCode::timed_out;
    case loop::AttemptEnd::interrupted:
    case loop::AttemptEnd::cancelled: return ExitCode::interrupted;
    case loop::AttemptEnd::limited: return ExitCode::limit_reached;
    case loop::AttemptEnd::failed:
    case loop::AttemptEnd::abandoned: return ExitCode::failed;
  }
  return ExitCode::failed;
}

Result<ExitCode> report_or_wait(Invocation& call, front::Session& session, loop::Engine& engine,
                                const loop::RunId& run) {
  if (!call.arguments.has("wait")) {
    if (call.output.wants_json()) {
      call.output.json({{"run", run.str()}});
    } else {
      call.output.line(run.str());
    }
    return ExitCode::ok;
  }
  catch_stop_signals();
  call.output.note(fmt::format("run {}", run.str()));
  LOOP_TRY(const loop::RunSummary ended,
           wait_for_run(session, engine, run, call.arguments.duration("timeout")));
  if (call.output.wants_json()) {
    call.output.json({{"run", run.str()}, {"result", to_json(ended)}});
  } else {
    call.output.line(fmt::format("{}: {}{}", run.str(), ended.end,
                                 ended.reason.empty() ? "" : ", " + shown(ended.reason)));
  }
  return exit_code_of_run(ended);
}

}  // namespace loopctl
