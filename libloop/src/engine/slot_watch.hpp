// SPDX-License-Identifier: MIT
// Watches schedules: notices activations and foreign runs, and turns time into candidates to start.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/run_ledger.hpp"
#include "engine/schedule_agenda.hpp"
#include "loop/domain/slots.h"

namespace loop {

// A slot whose turn has come, unless overlap, budget or expiration say otherwise.
struct Candidate {
  enum class Kind {
    due,
    waiting,  // due earlier, held up by overlap
    backlog,  // catch-up `all`
    trial,    // the one attempt after a cooldown
  } kind = Kind::due;
  Instant slot{};
  const Schedule* schedule = nullptr;
  bool is_made_up = false;  // the slot is long past
};

class SlotWatch {
 public:
  SlotWatch(const EngineContext& context, const EngineOptions& options, RunLedger& ledger)
      : context_(context), options_(options), ledger_(ledger) {}

  // The three look at the schedules of the agenda only.

  // Journals what changed about the schedules since the last look. `version` tells one reading of
  // schedules.json from the next.
  Status notice(const ScheduleBook& book, ScheduleAgenda& agenda, std::uint64_t version,
                Instant now);

  // Journals what is missed, rests or folds, and returns the candidates by slot and position.
  Result<std::vector<Candidate>> collect(const ScheduleBook& book, ScheduleAgenda& agenda,
                                         Instant now);

  // Switches off schedules that have no slot left, or have run as often as they may.
  Status retire(const ScheduleBook& book, ScheduleAgenda& agenda, Instant now);

  // When the three have something to say of it again, unless the journal or the file changes.
  NextLook next_look(const Schedule& schedule, Instant now) const;

  // The first slot after the consumed ones; it may lie in the past.
  std::optional<Instant> next_unconsumed(const Schedule& schedule, Instant now) const;
  // The first slot after the consumed ones and after now: for display.
  std::optional<Instant> next_slot(const Schedule& schedule, Instant now) const;

  std::optional<Instant> expiration_of(const Schedule& schedule) const;
  static bool is_enabled(const Schedule& schedule);
  // Since its activation it has run as often as it may.
  bool has_run_out(const Schedule& schedule) const;
  // After a change of the default zone.
  void forget_cached() { cache_.clear(); }

 private:
  struct Cached {
    std::uint64_t version = 0;
    std::string timing_hash;
    std::optional<Instant> next;
  };

  void notice_schedule(const Schedule& schedule, const std::string& hash, Instant now,
                       std::vector<JournalEntry>& entries);
  void notice_first_sight(const Schedule& schedule, Instant now,
                          std::vector<JournalEntry>& entries);
  void notice_foreign_run(const Schedule& schedule, Instant now,
                          std::vector<JournalEntry>& entries);
  void collect_from(const Schedule& schedule, Instant now, std::vector<JournalEntry>& entries,
                    std::vector<Candidate>& candidates);
  void collect_due(const Schedule& schedule, Instant now, std::vector<JournalEntry>& entries,
                   std::vector<Candidate>& candidates);
  void collect_trial(const Schedule& schedule, Instant now, std::vector<Candidate>& candidates);
  bool is_resting(const ScheduleHistory& past, Instant now) const;
  bool has_live_run(const ScheduleId& id) const;
  void collect_completion(const Schedule& schedule, Instant now,
                          std::vector<Candidate>& candidates);
  SlotReference reference_of(const Schedule& schedule) const;
  Instant consumed_of(const Schedule& schedule) const;
  Zone zone_of(const Schedule& schedule) const;

  const EngineContext& context_;
  const EngineOptions& options_;
  RunLedger& ledger_;
  mutable std::map<ScheduleId, Cached> cache_;
  std::vector<std::string> timing_hashes_;  // by position, of the version below
  std::uint64_t hashed_version_ = 0;
};

}  // namespace loop
