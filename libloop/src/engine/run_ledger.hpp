// SPDX-License-Identifier: MIT
// The journal and what it says so far, kept in step.
#pragma once

#include <set>
#include <utility>
#include <vector>

#include "loop/engine/engine.h"
#include "loop/engine/history.h"
#include "loop/engine/journal.h"

namespace loop {

// Callers hold the dispatch lock, so that between pull() and record() nobody else settles a run.
class RunLedger {
 public:
  explicit RunLedger(const EngineContext& context, std::size_t finished_max)
      : journal_(context.files, context.clock, context.log), history_(finished_max) {}

  // Folds what anyone appended since the last call.
  Status pull();

  // Appends durably in one write, then folds it. Nothing is folded that is not in the file.
  Status record(const std::vector<JournalEntry>& entries);
  Status record(const JournalEntry& entry) { return record(std::vector<JournalEntry>{entry}); }

  // The finished runs that are no longer kept, since the last call.
  std::vector<RunId> take_dropped() { return history_.take_dropped(); }

  // The schedules, and keys of delegated runs, of which anything was folded since the last call.
  std::set<ScheduleId> take_changed() { return std::exchange(changed_, {}); }

  const History& history() const { return history_; }
  std::int64_t damaged_lines() const { return journal_.damaged_lines(); }

 private:
  Journal journal_;
  History history_;
  std::set<ScheduleId> changed_;
};

}  // namespace loop
