// SPDX-License-Identifier: MIT
// The engine: stepped from outside, it starts what is due, follows what runs and settles what
// ended.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "loop/base/clock.h"
#include "loop/base/log.h"
#include "loop/base/process.h"
#include "loop/base/random.h"
#include "loop/domain/config.h"
#include "loop/domain/modes.h"
#include "loop/domain/schedule_book.h"
#include "loop/domain/zone.h"
#include "loop/engine/delegation.h"
#include "loop/engine/history.h"
#include "loop/engine/run_record.h"

namespace loop {

struct EngineContext {
  FileSystem& files;
  Clock& clock;
  RandomSource& random;
  ProcessLauncher& processes;
  Log& log;
};

struct EngineOptions {
  Config config;
  Zone zone = Zone::utc();
  bool is_trusted = false;                  // the operator trusts this workspace (trust.h)
  std::string global_modes;                 // text of the operator's modes file
  std::vector<std::string> runner_command;  // argv to which "<run id>" and "<launch>" are appended
  std::vector<std::string> environment;     // of the runner, "NAME=value"
  Duration poll = std::chrono::seconds{5};  // how often live runs are looked at without a wake-up
};

// engine: the only one of a workspace (holds .loop/locks/engine). visitor: another process that
// starts, cancels or settles runs; every change is made under the dispatch lock after reading what
// others wrote, so that limits hold and nothing is settled twice.
enum class EngineRole { engine, visitor };

// Everything it knows comes from the journal, schedules.json and the run folders; a new Engine on
// the same workspace continues where a killed one stopped. Not thread-safe.
class Engine {
 public:
  // `locked` when another engine works here (role engine). Runs prepare_state first.
  static Result<std::unique_ptr<Engine>> open(const EngineContext& context, EngineOptions options,
                                              EngineRole role);
  ~Engine();

  // Role engine: does what is due at `now`. Role visitor: only settles what has ended. An error
  // means that this step could not be finished (full disk, lock); call again later, nothing is
  // lost.
  Status step(Instant now);

  // Notes the orderly end in the journal; running agents go on.
  Status close(Instant now);

  // The system's zone was changed: slots of schedules without a zone of their own are computed
  // anew.
  void use_zone(const Zone& zone);

  // The engine's lock was removed or replaced by somebody: every step fails from now on.
  bool is_deposed() const;

  // When step should be called next at the latest; earlier calls are harmless.
  Instant next_deadline() const;

  // How many schedules the last step looked at: those that were due, and those of which the file or
  // the journal said something new.
  std::size_t schedules_looked_at() const;

  // The runners and agents whose end is worth a step.
  std::vector<ProcessIdentity> watched() const;

  // A run by hand, now, with the schedule's own overlap policy against its own live run; queued
  // when the workspace is busy and an engine is alive, else limit_reached. Counts for a pending
  // one-shot.
  Result<RunId> trigger(const ScheduleId& schedule, Instant now);
  // A finished run's task again, as a new run by hand of its schedule.
  Result<RunId> retry(const RunId& run, Instant now);
  // A run for a task, now, in a tree of runs (docs/delegation.md). The request is in the journal
  // before the launch; waiting for the end means stepping until history() says finished. A child of
  // a live run starts beside its parent: parallel_max counts trees. Without a caller it is queued
  // like a trigger. Errors, all before anything was written: invalid_argument (a text, the caller),
  // not_found (mode, agent), not_trusted, conflict (the caller is not running, or the same task in
  // the same mode is on the path), limit_reached (depth, time, runs of the tree, budget, rest after
  // an escalation).
  Result<Delegation> delegate(const DelegationRequest& request, Instant now);
  // Asks the runner to end it, and those of all runs below it; a waiting, parked or retrying run
  // ends at once. not_found, conflict when it has finished.
  Status cancel(const RunId& run, const std::string& reason, Instant now);
  // Closes an escalation: the failures are counted from zero.
  Status acknowledge(const ScheduleId& schedule, const std::string& note, Instant now);

  const History& history() const;
  const ScheduleBook* book() const;  // null while no good schedules.json has been read
  const std::optional<Error>& book_problem() const;
  // The next slot of a schedule as the engine sees it, its own history included.
  std::optional<Instant> next_slot(const Schedule& schedule, Instant now) const;

 private:
  class Core;
  explicit Engine(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

// Whether an engine holds the workspace's engine lock, and what it last wrote about itself.
struct EngineStatus {
  bool is_alive = false;
  int pid = 0;
  std::optional<Instant> started;
  std::optional<Instant> heartbeat;
  std::string version;
};
Result<EngineStatus> read_engine_status(FileSystem& files);

// The journal of a workspace as it stands, folded; for those who only look.
Result<History> read_history(FileSystem& files, Clock& clock, Log& log,
                             std::size_t finished_max = 0);

// The same for those who show it to somebody: where no engine is alive, runs that have ended since
// are settled first, as a visitor. That they could not be (a read-only disk) is logged only.
Result<History> settled_history(const EngineContext& context, const EngineOptions& options);

}  // namespace loop
