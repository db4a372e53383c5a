// SPDX-License-Identifier: MIT
// What the end of an attempt entails besides its journal lines: memory, escalation, notification.
#pragma once

#include <optional>
#include <string>

#include "loop/domain/memory_book.h"
#include "loop/engine/engine.h"

namespace loop {

struct RunEnd {
  RunId run;
  int attempt = 1;
  const Schedule* schedule = nullptr;  // null when it was deleted meanwhile
  std::string schedule_name;
  ModeSlug mode;
  AttemptEnd end = AttemptEnd::failed;
  std::string reason;
  std::string answer;
  std::string command;  // of the agent, for the escalation's entry
  Duration duration{};
  Instant time{};
  bool is_final = false;  // no attempt follows
  std::optional<FailureVerdict> escalated;
};

class Consequences {
 public:
  Consequences(const EngineContext& context, const EngineOptions& options);

  // Memory entries. Called before the journal lines are written: each entry names its run and is
  // written once, so that a crash in between neither loses nor doubles it. A full disk or a lock is
  // an error (come again); a memory that cannot take the entry is logged and passed over.
  Status before_record(const RunEnd& end);

  // Pausing the schedule and telling the operator. At least once.
  void after_record(const RunEnd& end);

 private:
  Status append_note(const MemoryNote& note, const std::string& unless_contains, std::size_t keep);
  MemoryNote run_note(const RunEnd& end) const;
  MemoryNote escalation_note(const RunEnd& end) const;
  void notify(std::string_view event, const RunEnd& end);
  void restore_damaged_schedules();

  const EngineContext& context_;
  const EngineOptions& options_;
  MemoryBook memory_;
};

}  // namespace loop
