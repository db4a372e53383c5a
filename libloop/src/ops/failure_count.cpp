// SPDX-License-Identifier: MIT
// Counting, escalating and closing the failures of operations.
#include "ops/failure_count.hpp"

#include "loop/base/text.h"
#include "loop/domain/memory_book.h"
#include "loop/engine/notify_hook.h"
#include "loop/store/file_lock.h"
#include "loop/store/layout.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace loop::ops {

namespace {

struct Escalation {
  const FailedOperation& failed;
  ScheduleId key;
  FailureState state;
  Instant time{};
  std::uint64_t journal_lines = 0;  // of the key, before this failure
};

// The number of the key's lines tells this escalation from every other, and is the same after a
// crash between the memory and the journal.
std::string mark_of(const Escalation& escalation) {
  return fmt::format("({} line {})", escalation.key.str(), escalation.journal_lines + 1);
}

MemoryNote note_of(const Escalation& escalation) {
  MemoryNote note;
  note.section = MemorySection::commands;
  note.mode = escalation.failed.mode;
  note.category = "escalation";
  note.time = escalation.time;
  note.finding =
      fmt::format("{} failed {} times in a row; last: {} {}", escalation.failed.operation,
                  escalation.state.consecutive, escalation.failed.error, mark_of(escalation));
  note.command = escalation.failed.command;
  note.insight = fmt::format(
      "rests until {}, then one trial; when it works again, say so with `loopctl escalation ack "
      "\"{}\"`",
      format_instant(*escalation.state.open_until), escalation.key.str());
  return note;
}

std::optional<std::string> remember(const EngineContext& services, const Escalation& escalation) {
  MemoryBook memory(services.files, services.clock, services.random, services.log);
  const auto added =
      memory.append(note_of(escalation), OnMemoryLimit::archive, 0, mark_of(escalation));
  if (added) return std::nullopt;
  return fmt::format("the escalation is not in the memory: {}", added.error().message());
}

bool notify(const OperationContext& context, const Escalation& escalation) {
  boost::json::object event = hook_event("escalated", context.services.files, escalation.time);
  event["schedule"] = "";
  event["name"] = to_valid_utf8(escalation.key.str());
  event["operation"] = to_valid_utf8(escalation.failed.operation);
  event["mode"] = to_valid_utf8(escalation.failed.mode.str());
  event["reason"] = to_valid_utf8(escalation.failed.error);
  event["failures"] = escalation.state.consecutive;
  return start_notify_hook(context.services, context.engine, event, layout::notice());
}

JournalEntry entry_of(JournalEvent event, const ScheduleId& key, Instant now) {
  JournalEntry entry;
  entry.time = now;
  entry.event = event;
  entry.schedule = key;
  return entry;
}

}  // namespace

ScheduleId operation_key(const ModeSlug& mode, std::string_view operation) {
  return ScheduleId(fmt::format("operation:{}:{}", mode.str(), operation));
}

Result<CountedFailure> count_failure(const OperationContext& context, const FailedOperation& failed,
                                     EscalateWhen when) {
  const EngineContext& services = context.services;
  const ScheduleId key = operation_key(failed.mode, failed.operation);
  LOOP_TRY(const FileLock guard,
           FileLock::acquire(services.files, services.clock, layout::dispatch_lock()));
  LOOP_TRY(const History history, read_history(services.files, services.clock, services.log, 1));
  const ScheduleHistory& past = history.of(key);
  const Instant now = context.now();
  const int limit = when == EscalateWhen::now ? 1 : context.engine.config.failure_limit;
  CountedFailure counted{.verdict = after_failure(past.failures, now, limit)};

  JournalEntry failure = entry_of(JournalEvent::operation_failed, key, now);
  failure.reason = failed.error;
  std::vector<JournalEntry> entries{failure};
  const Escalation escalation{failed, key, counted.verdict.state, now, past.version};
  if (counted.verdict.escalated) {
    counted.memory_problem = remember(services, escalation);
    JournalEntry entry = entry_of(JournalEvent::escalated, key, now);
    entry.reason = failed.error;
    entry.count = counted.verdict.state.escalations;
    entry.detail = to_string(OnEscalate::cooldown);
    entry.until = counted.verdict.state.open_until;
    entries.push_back(entry);
  }
  Journal journal(services.files, services.clock, services.log);
  LOOP_TRY_VOID(journal.append_all(entries));
  if (counted.verdict.escalated) counted.is_notified = notify(context, escalation);
  return counted;
}

Result<int> close_failures(const OperationContext& context, const ScheduleId& key) {
  const EngineContext& services = context.services;
  LOOP_TRY(const FileLock guard,
           FileLock::acquire(services.files, services.clock, layout::dispatch_lock()));
  LOOP_TRY(const History history, read_history(services.files, services.clock, services.log, 1));
  const FailureState failures = history.of(key).failures;
  if (failures.consecutive == 0 && failures.escalations == 0) return 0;
  JournalEntry entry = entry_of(JournalEvent::acknowledged, key, context.now());
  entry.reason = "works again";
  Journal journal(services.files, services.clock, services.log);
  LOOP_TRY_VOID(journal.append(entry));
  return failures.consecutive;
}

}  // namespace loop::ops
