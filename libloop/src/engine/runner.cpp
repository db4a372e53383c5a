// SPDX-License-Identifier: MIT
// The runner: one launch, at most once, under its lock.
#include "loop/engine/runner.h"

#include <fmt/format.h>

#include "attempt_supervisor.hpp"
#include "loop/engine/run_record.h"
#include "loop/store/file_lock.h"

namespace loop {

namespace {

Status check(const RunnerRequest& request) {
  if (!is_run_id(request.run.str())) {
    return Error(Errc::invalid_argument,
                 fmt::format("\"{}\" is not the id of a run", request.run.str()));
  }
  if (request.launch < 1) {
    return Error(Errc::invalid_argument,
                 fmt::format("launch {} does not exist: they count from 1", request.launch));
  }
  return {};
}

// An agent that is still held has its runner's lock, too, and outlives a killed runner by a moment.
constexpr Duration kDyingRunnerWait = std::chrono::seconds{2};

// Another runner may have had the lock before us.
Result<bool> is_begun(RunDirectory& directory, int launch) {
  LOOP_TRY(const auto result, directory.result(launch));
  LOOP_TRY(const auto start, directory.started(launch));
  return result.has_value() || start.has_value();
}

Result<RunIntent> read_intent(RunDirectory& directory, const RunnerRequest& request) {
  LOOP_TRY(auto intent, directory.intent());
  if (!intent) {
    return Error(Errc::not_found, fmt::format("run {} is not claimed: {}/intent.json is missing",
                                              request.run.str(), directory.path().str()));
  }
  if (intent->run != request.run) {
    return Error(Errc::invalid_data, fmt::format("{}/intent.json is of another run, {}",
                                                 directory.path().str(), intent->run.str()));
  }
  return std::move(*intent);
}

}  // namespace

Status run_launch(RunnerContext& context, const RunnerRequest& request) {
  LOOP_TRY_VOID(check(request));
  RunDirectory directory(context.files, context.random, request.run);
  LOOP_TRY(auto intent, read_intent(directory, request));
  LOOP_TRY_VOID(directory.make_launch(request.launch));
  const auto lock = FileLock::acquire(context.files, context.clock,
                                      directory.lock_path(request.launch), kDyingRunnerWait);
  if (!lock && lock.error().code() == Errc::locked) {
    context.log.info(
        fmt::format("{} a{}: another runner has it", request.run.str(), request.launch));
    return {};
  }
  if (!lock) return lock.error();
  LOOP_TRY(const bool begun, is_begun(directory, request.launch));
  if (begun) return {};

  context.processes.adopt_orphans();
  const Status held = context.hold ? context.hold(intent) : Status{};
  AttemptSupervisor attempt(context, directory, std::move(intent), request.launch);
  return held ? attempt.run() : attempt.refuse(held.error());
}

}  // namespace loop
