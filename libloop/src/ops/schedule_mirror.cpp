// SPDX-License-Identifier: MIT
// nextExecutionTime, lastExecutionTime and lastTaskId, by the journal.
#include "ops/schedule_mirror.hpp"

#include "loop/domain/schedule_store.h"
#include "loop/ops/schedule_view.h"

namespace loop::ops {

namespace {

std::vector<FieldChange> changes_for(const ScheduleView& view) {
  std::vector<FieldChange> changes;
  if (view.past.last_start) {
    changes.push_back({"lastExecutionTime", format_instant(*view.past.last_start)});
  }
  if (!view.past.last_run.empty()) changes.push_back({"lastTaskId", view.past.last_run.str()});
  if (!view.next.empty()) changes.push_back({"nextExecutionTime", format_instant(view.next[0])});
  return changes;
}

}  // namespace

Result<std::int64_t> refresh_mirror(const OperationContext& context) {
  const EngineContext& services = context.services;
  LOOP_TRY(const History history, read_history(services.files, services.clock, services.log));
  ScheduleStore store(services.files, services.clock, services.random, services.log);
  std::int64_t updated = 0;
  const auto change = [&](const ScheduleBook& present) -> Result<std::string> {
    updated = 0;
    std::string text = present.bytes();
    for (const ScheduleView& view :
         view_schedules(present, history, context.engine.zone, context.now(), 1)) {
      if (!view.schedule->active || view.schedule->invalid) continue;
      LOOP_TRY(const ScheduleBook book, ScheduleBook::parse(text));
      LOOP_TRY(std::string edited, book.with_changes(view.schedule->id, changes_for(view)));
      if (edited != text) ++updated;
      text = std::move(edited);
    }
    return text;
  };
  LOOP_TRY_VOID(store.update(change, BackupBefore::no));
  return updated;
}

}  // namespace loop::ops
