// SPDX-License-Identifier: MIT
// Memory entries, escalation and the notify hook.
#include "engine/consequences.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/failure_rules.hpp"
#include "loop/engine/notify_hook.h"
#include "loop/base/text.h"
#include "loop/store/backup_store.h"
#include "loop/store/layout.h"

namespace loop {

namespace {

constexpr std::size_t kAnswerInMemoryBytesMax = 400;

bool parses_as_schedules(std::string_view content) {
  return ScheduleBook::parse(std::string(content)).has_value();
}

bool is_worth_another_step(Errc code) {
  return code == Errc::no_space || code == Errc::io || code == Errc::locked ||
         code == Errc::read_only;
}

std::string first_line(std::string_view text) {
  const auto lines = split_lines(trim(text));
  return lines.empty() ? std::string{}
                       : ellipsize(to_single_line(lines.front()), kAnswerInMemoryBytesMax);
}

}  // namespace

Consequences::Consequences(const EngineContext& context, const EngineOptions& options)
    : context_(context),
      options_(options),
      memory_(context.files, context.clock, context.random, context.log) {}

Status Consequences::before_record(const RunEnd& end) {
  const auto keep = static_cast<std::size_t>(options_.config.memory_run_entries);
  if (end.is_final && keep > 0) {
    LOOP_TRY_VOID(append_note(run_note(end), end.run.str(), keep));
  }
  if (end.escalated) {
    const std::string mark = fmt::format("{} attempt {}", end.run.str(), end.attempt);
    LOOP_TRY_VOID(append_note(escalation_note(end), mark, 0));
    restore_damaged_schedules();
  }
  return {};
}

Status Consequences::append_note(const MemoryNote& note, const std::string& unless_contains,
                                 std::size_t keep) {
  const auto added = memory_.append(note, OnMemoryLimit::archive, keep, unless_contains);
  if (added) return {};
  if (is_worth_another_step(added.error().code())) return added.error();
  context_.log.warning(fmt::format("memory entry not written: {}", added.error().message()));
  return {};
}

MemoryNote Consequences::run_note(const RunEnd& end) const {
  MemoryNote note;
  note.section = MemorySection::status;
  note.mode = end.mode;
  note.category = "run";
  note.time = end.time;
  const std::string what =
      fmt::format("{}: {} after {} (run {})", to_single_line(end.schedule_name), to_string(end.end),
                  format_duration(end.duration), end.run.str());
  if (end.end == AttemptEnd::succeeded) {
    note.achievement = what;
    note.insight = first_line(end.answer);
  } else {
    note.finding = what;
    note.insight = first_line(end.reason);
  }
  return note;
}

MemoryNote Consequences::escalation_note(const RunEnd& end) const {
  const OnEscalate action = escalation_action(end.schedule, options_.config);
  MemoryNote note;
  note.section = MemorySection::commands;
  note.mode = end.mode;
  note.category = "escalation";
  note.time = end.time;
  note.finding = fmt::format("{} failed {} times in a row; last: {} (run {} attempt {})",
                             to_single_line(end.schedule_name), end.escalated->state.consecutive,
                             first_line(end.reason), end.run.str(), end.attempt);
  note.command = end.command;
  switch (action) {
    case OnEscalate::cooldown:
      note.insight = fmt::format("rests until {}, then one trial run",
                                 format_instant(*end.escalated->state.open_until));
      break;
    case OnEscalate::pause: note.insight = "paused until someone resumes it"; break;
    case OnEscalate::resume: note.insight = "goes on with its next slot"; break;
  }
  note.insight +=
      fmt::format("; look at `loopctl runs logs {}`, then `loopctl escalation ack`", end.run.str());
  return note;
}

// A schedules.json that nobody can read is put back from its newest good copy; the damaged one is
// backed up by the restore itself.
void Consequences::restore_damaged_schedules() {
  const auto content = read_file_if_exists(context_.files, layout::schedules());
  if (!content || !*content || parses_as_schedules((*content)->bytes)) return;
  BackupStore backups(context_.files, context_.clock, context_.random);
  const auto restored = backups.restore(layout::schedules(), std::nullopt, parses_as_schedules);
  if (restored) {
    context_.log.warning(fmt::format("damaged {} restored from {}", layout::schedules().str(),
                                     restored->path.str()));
  } else {
    context_.log.error(fmt::format("damaged {} could not be restored: {}",
                                   layout::schedules().str(), restored.error().message()));
  }
}

void Consequences::after_record(const RunEnd& end) {
  if (end.escalated) notify("escalated", end);
  if (end.is_final && counts_as_failure(end.end)) notify("run_failed", end);
}

void Consequences::notify(std::string_view event, const RunEnd& end) {
  boost::json::object object = hook_event(event, context_.files, end.time);
  object["schedule"] = end.schedule != nullptr ? end.schedule->id.str() : "";
  object["name"] = to_valid_utf8(end.schedule_name);
  object["run"] = end.run.str();
  object["end"] = to_string(end.end);
  object["reason"] = to_valid_utf8(end.reason);
  if (end.escalated) object["failures"] = end.escalated->state.consecutive;
  const RelativePath path = layout::runs() / end.run.str() / fmt::format("notify-{}.json", event);
  static_cast<void>(start_notify_hook(context_, options_, object, path));
}

}  // namespace loop
