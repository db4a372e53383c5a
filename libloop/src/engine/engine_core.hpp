// SPDX-License-Identifier: MIT
// The parts of an engine, and the order in which a step calls them.
#pragma once

#include <optional>
#include <set>

#include "engine/consequences.hpp"
#include "engine/dispatcher.hpp"
#include "engine/mirror.hpp"
#include "engine/run_follower.hpp"
#include "engine/run_ledger.hpp"
#include "engine/run_starter.hpp"
#include "engine/slot_watch.hpp"
#include "loop/engine/engine.h"
#include "loop/store/file_lock.h"

namespace loop {

class Engine::Core {
 public:
  Core(const EngineContext& context, EngineOptions options, EngineRole role);

  Status open();
  Status close(Instant now);
  Status step(Instant now);
  Instant next_deadline() const { return next_deadline_; }
  std::vector<ProcessIdentity> watched();

  Result<RunId> trigger(const ScheduleId& id, Instant now);
  Result<RunId> retry(const RunId& id, Instant now);
  Result<Delegation> delegate(const DelegationRequest& request, Instant now);
  Status cancel(const RunId& id, const std::string& reason, Instant now);
  Status acknowledge(const ScheduleId& id, const std::string& note, Instant now);

  const History& history() const { return ledger_.history(); }
  const ScheduleBook* book() const { return book_; }
  const std::optional<Error>& book_problem() const { return book_problem_; }
  const SlotWatch& slots() const { return slots_; }
  std::size_t looked_at() const { return looked_at_; }
  void use_zone(Zone zone);
  bool is_deposed() const { return is_deposed_; }

 private:
  Result<FileLock> lock();
  Status check_engine_lock();
  Status supersede_retry(const ScheduleId& id, Instant now);
  Status load();
  Status load_book();
  Status load_modes();
  Status settle_runs(Instant now);
  Status end_cut_off_runs(Instant now);
  Status give_up_damaged(const RunSummary& run, const Error& damage, Instant now);
  void show_switched_off(const Schedule& schedule, const ScheduleHistory& past);
  Status confirm_switched_off(Instant now);
  Status flush_mirror(Instant now);
  Status prune_runs();
  Status write_status(Instant now);
  void update_agenda(Instant now);
  void close_agenda(Instant now, std::uint64_t version);
  void compute_deadline(Instant now);
  Status choose_mode_for(const DelegationRequest& request, Delegation& made) const;
  Status check_queue(const DelegationRequest& request);
  Status start_delegated(const StartRequest& start, const DelegationRequest& request, Instant now);
  void lower_deadline(std::optional<Instant> when);

  EngineContext context_;
  EngineOptions options_;
  EngineRole role_;
  std::optional<FileLock> engine_lock_;
  ScheduleStore store_;
  RunLedger ledger_;
  Mirror mirror_;
  Consequences consequences_;
  RunStarter starter_;
  RunFollower follower_;
  SlotWatch slots_;
  ScheduleAgenda agenda_;
  Dispatcher dispatcher_;

  const ScheduleBook* book_ = nullptr;
  std::optional<Error> book_problem_;
  std::optional<FileStamp> modes_stamp_;
  bool modes_read_ = false;
  bool has_pruned_ = false;
  bool is_deposed_ = false;
  std::map<ScheduleId, std::uint64_t> mirrored_version_;
  std::set<RunId> told_damage_;
  Instant started_{};
  std::optional<Instant> status_written_;
  Instant next_deadline_{};
  std::size_t looked_at_ = 0;  // schedules, in the last step
};

}  // namespace loop
