// SPDX-License-Identifier: MIT
// Escalations: listing, acknowledging and answering them.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "commands/groups.hpp"
#include "commands/schedule.hpp"
#include "loop/domain/memory_book.h"
#include "schedule_view.hpp"
#include "text_forms.hpp"

namespace loopctl {

namespace json = boost::json;
using loop::Errc;
using loop::Error;
using loop::Result;
using loop::ScheduleHistory;
using loop::ScheduleId;

namespace {

struct OpenEscalation {
  ScheduleId id;
  std::string name;
  loop::ModeSlug mode;
  ScheduleHistory past;
};

// Also those of schedules that have been deleted since.
std::vector<OpenEscalation> open_escalations(const loop::History& history,
                                             const loop::ScheduleBook* book) {
  std::vector<OpenEscalation> open;
  for (const auto& [id, past] : history.schedules()) {
    if (!is_escalated(past)) continue;
    const loop::Schedule* schedule = book == nullptr ? nullptr : book->find(id);
    open.push_back({id, schedule == nullptr ? id.str() : schedule->name,
                    schedule == nullptr ? loop::ModeSlug("code") : schedule->mode, past});
  }
  return open;
}

Result<std::vector<OpenEscalation>> read_escalations(front::Session& session) {
  const auto book = session.schedules().load();  // damaged: the ids have to do
  LOOP_TRY(const loop::History history,
           read_history(session.files(), session.clock(), session.log()));
  return open_escalations(history, book ? *book : nullptr);
}

Result<ExitCode> list(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const auto open, read_escalations(*session));
  const ExitCode code = open.empty() ? ExitCode::ok : ExitCode::escalation_open;
  if (call.output.wants_json()) {
    json::array rows;
    for (const OpenEscalation& escalation : open) {
      rows.push_back({{"schedule", json_text(escalation.id.str())},
                      {"name", json_text(escalation.name)},
                      {"consecutive_failures", escalation.past.failures.consecutive},
                      {"escalations", escalation.past.failures.escalations},
                      {"rests_until", json_time(escalation.past.failures.open_until)},
                      {"last_run", json_text_or_null(escalation.past.last_run.str())},
                      {"reason", json_text_or_null(escalation.past.last_findings)}});
    }
    call.output.json({{"escalations", std::move(rows)}});
    return code;
  }
  if (open.empty()) {
    call.output.note("no escalation is open");
    return code;
  }
  TextTable table{{"SCHEDULE", "NAME", "FAILURES", "RESTS UNTIL", "REASON"}, {}};
  for (const OpenEscalation& escalation : open) {
    table.ids.push_back(escalation.id.str());
    table.rows.push_back({shown(escalation.id.str(), 40), shown(escalation.name, 40),
                          fmt::to_string(escalation.past.failures.consecutive),
                          shown_time(escalation.past.failures.open_until, session->now()),
                          shown(escalation.past.last_findings, 80)});
  }
  call.output.table(table);
  return code;
}

Result<OpenEscalation> find_open(front::Session& session, const std::string& wanted) {
  LOOP_TRY(const auto open, read_escalations(session));
  for (const OpenEscalation& escalation : open) {
    if (escalation.id.str() == wanted || escalation.name == wanted) return escalation;
  }
  return Error(Errc::not_found, fmt::format("no open escalation of a schedule \"{}\"; {} are open: "
                                            "`loopctl escalation list`",
                                            shown(wanted, 80), open.size()));
}

Result<ExitCode> close(Invocation& call, front::Session& session, const OpenEscalation& escalation,
                       const std::string& note) {
  if (!call.is_dry_run()) {
    LOOP_TRY(const auto engine, session.open_visitor());
    LOOP_TRY_VOID(engine->acknowledge(escalation.id, note, session.now()));
  }
  call.output.note(fmt::format("escalation of \"{}\" {}closed; failures count from zero",
                               shown(escalation.name, 60), call.is_dry_run() ? "would be " : ""));
  if (call.output.wants_json()) {
    call.output.json(
        {{"schedule", json_text(escalation.id.str())}, {"dry_run", call.is_dry_run()}});
  }
  return ExitCode::ok;
}

Result<ExitCode> acknowledge(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const OpenEscalation escalation, find_open(*session, call.arguments.positional(0)));
  return close(call, *session, escalation, call.arguments.text("note").value_or(""));
}

// The answer goes to the memory, where agents look, before the escalation is closed.
Result<ExitCode> answer(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const OpenEscalation escalation, find_open(*session, call.arguments.positional(0)));
  const std::string text = call.arguments.positional(1);
  if (!call.is_dry_run()) {
    loop::MemoryNote note;
    note.section = loop::MemorySection::commands;
    note.mode = escalation.mode;
    note.category = "answer";
    note.finding = fmt::format("{} was escalated after {} failures; a person answered",
                               shown(escalation.name), escalation.past.failures.consecutive);
    note.insight = text;
    note.time = session->now();
    LOOP_TRY_VOID(session->prepare());
    loop::MemoryBook book(session->files(), session->clock(), session->random(), session->log());
    LOOP_TRY_VOID(book.append(note));
  }
  return close(call, *session, escalation, text);
}

const Positional kSchedule{.name = "SCHEDULE", .meaning = "id or exact name of the schedule"};

}  // namespace

std::vector<Command> escalation_commands() {
  return {
      {.path = {"escalation", "list"},
       .summary = "List open escalations",
       .details = "The exit code is 8 when there are any.",
       .handler = list},
      {.path = {"escalation", "ack"},
       .summary = "Close an escalation; failures count from zero",
       .positionals = {kSchedule},
       .options = {{.name = "note",
                    .kind = ValueKind::text,
                    .value_name = "TEXT",
                    .meaning = "kept in the journal"}},
       .effect = Effect::writes,
       .handler = acknowledge},
      {.path = {"escalation", "answer"},
       .summary = "Close an escalation with an answer for the agents",
       .details = "The answer is written to persistent-memory.md, under the development commands.",
       .positionals = {kSchedule, {.name = "TEXT", .meaning = "what to do about it"}},
       .examples = {{"loopctl escalation answer tidy \"The token was renewed; go on\"", ""}},
       .effect = Effect::writes,
       .handler = answer},
  };
}

}  // namespace loopctl
