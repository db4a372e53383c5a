// SPDX-License-Identifier: MIT
// Listing schedules, showing one, and telling when it is due.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "commands/schedule.hpp"
#include "loop/domain/slots.h"
#include "schedule_view.hpp"
#include "text_forms.hpp"

namespace loopctl {

namespace json = boost::json;
using loop::Errc;
using loop::Error;
using loop::Instant;
using loop::Result;
using loop::ScheduleState;

namespace {

constexpr std::size_t kListSlots = 5;
constexpr std::size_t kScheduleBytesMax = 16 * 1024 * 1024;

Tone tone_of(ScheduleState state) {
  switch (state) {
    case ScheduleState::running: return Tone::good;
    case ScheduleState::invalid:
    case ScheduleState::escalated: return Tone::bad;
    case ScheduleState::paused:
    case ScheduleState::waiting: return Tone::warning;
    case ScheduleState::active: return Tone::plain;
    case ScheduleState::inactive:
    case ScheduleState::expired: return Tone::faint;
  }
  return Tone::plain;
}

bool is_shown(const ScheduleView& view, bool all) {
  return all || (view.state != ScheduleState::inactive && view.state != ScheduleState::expired);
}

std::string status_cell(const ScheduleView& view, const Output& output) {
  const std::string status = output.paint(tone_of(view.state), to_string(view.state));
  return view.reason.empty() ? status : fmt::format("{} ({})", status, shown(view.reason, 60));
}

void print_rows(const Overview& overview, bool all, Instant now, Output& output) {
  TextTable table{{"NEXT", "LAST", "NAME", "MODE", "ID", "STATUS"}, {}};
  for (const ScheduleView& view : overview.schedules) {
    if (!is_shown(view, all)) continue;
    table.ids.push_back(view.schedule->id.str());
    table.rows.push_back({view.next.empty() ? "-" : relative_time(view.next.front(), now),
                          view.last ? relative_time(*view.last, now) : "-",
                          shown(view.schedule->name, 40), shown(view.schedule->mode.str(), 30),
                          shown(view.schedule->id.str(), 40), status_cell(view, output)});
  }
  if (!table.rows.empty()) output.table(table);
  const std::size_t hidden = overview.schedules.size() - table.rows.size();
  if (hidden > 0) output.note(fmt::format("{} inactive; --all shows them", hidden));
  if (overview.schedules.empty()) {
    output.note("no schedules; `loopctl schedule add` makes one");
  }
}

std::string timing_in_words(const loop::Schedule& schedule) {
  const loop::Timing& timing = schedule.timing;
  switch (timing.kind) {
    case loop::ScheduleKind::interval:
      if (!timing.interval) return "no interval";
      return fmt::format("every {} {}{}", timing.interval->count, to_string(timing.interval->unit),
                         timing.start ? ", anchored" : ", counted from the last run");
    case loop::ScheduleKind::cron:
      return timing.cron ? fmt::format("cron {}", timing.cron->text()) : "no cron expression";
    case loop::ScheduleKind::once: return "once";
    case loop::ScheduleKind::manual: return "by trigger only";
    case loop::ScheduleKind::completion: return "after others have succeeded";
  }
  return {};
}

void print_one(const ScheduleView& view, Instant now, Output& output) {
  const loop::Schedule& schedule = *view.schedule;
  const auto row = [&](std::string_view name, std::string_view value) {
    output.line(fmt::format("{:<10} {}", name, value));
  };
  row("name", shown(schedule.name));
  row("id", shown(schedule.id.str()));
  row("mode", shown(schedule.mode.str()));
  row("when", shown(timing_in_words(schedule)));
  row("status", status_cell(view, output));
  row("overlap", to_string(schedule.overlap));
  row("last", shown_time(view.last, now) +
                  (view.past.last_end.empty() ? "" : fmt::format(", {}", view.past.last_end)));
  for (const Instant slot : view.next) row("next", shown_time(slot, now));
  if (!schedule.loop.note.empty()) row("note", shown(schedule.loop.note));
  if (view.past.failures.consecutive > 0) {
    row("failures", fmt::format("{} in a row", view.past.failures.consecutive));
  }
  for (const std::string& warning : schedule.warnings) row("warning", shown(warning));
  output.line(fmt::format("\n{}", shown_lines(schedule.task_instructions)));
}

// The object as it stands in the file; null when the file holds what JSON here cannot.
json::value object_in_file(const loop::ScheduleBook& book, const loop::ScheduleId& id) {
  const auto text = book.object_text(id);
  if (!text) return nullptr;
  json::error_code error;
  json::value value = json::parse(json_text(*text), error);
  return error ? json::value(nullptr) : value;
}

json::object forecast_json(const loop::SlotForecast& forecast) {
  json::array next;
  for (const Instant slot : forecast.next) next.emplace_back(loop::format_instant(slot));
  const bool is_active = forecast.state == loop::SlotForecast::State::active;
  return {{"state", to_string(forecast.state)},
          {"reason", is_active ? json::value(nullptr) : json::value(json_text(forecast.reason))},
          {"next", std::move(next)}};
}

Result<Instant> now_of(const Invocation& call) {
  const Instant now = loop::SystemClock().now();
  const auto given = call.arguments.text("now");
  return given ? parse_time(*given, now) : Result<Instant>(now);
}

// A schedule by itself needs no id. One put first is only a default: of equal keys the last counts.
std::string with_default_id(const std::string& object) {
  const std::size_t brace = object.find('{');
  if (brace == std::string::npos) return object;
  const std::size_t next = object.find_first_not_of(" \t\r\n", brace + 1);
  const bool is_empty = next != std::string::npos && object[next] == '}';
  return fmt::format("{}\"id\":\"schedule\"{}{}", object.substr(0, brace + 1), is_empty ? "" : ",",
                     object.substr(brace + 1));
}

// Without a workspace: for other programs, and for trying an expression.
Result<ExitCode> next_of_object(Invocation& call, const std::string& file) {
  LOOP_TRY(const std::string text, front::read_user_file(file, kScheduleBytesMax));
  LOOP_TRY(const loop::Schedule schedule, loop::parse_schedule(with_default_id(text)));
  LOOP_TRY(const Instant now, now_of(call));
  const std::string name =
      call.arguments.text("timezone").value_or(system_zone_name(call.surroundings));
  LOOP_TRY(const loop::Zone zone, loop::Zone::find(name));
  const auto count = static_cast<std::size_t>(*call.arguments.integer("count"));
  const loop::SlotForecast forecast = loop::forecast(schedule, zone, now, count);
  if (call.output.wants_json()) {
    call.output.line(json::serialize(forecast_json(forecast)));
    return ExitCode::ok;
  }
  if (!forecast.reason.empty()) {
    call.output.note(fmt::format("{}: {}", to_string(forecast.state), shown(forecast.reason)));
  }
  for (const Instant slot : forecast.next) call.output.line(shown_time(slot, now));
  return ExitCode::ok;
}

}  // namespace

Result<ExitCode> schedule_list(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const Overview overview, look_at(*session, kListSlots));
  const bool all = call.arguments.has("all");
  if (!call.output.wants_json()) {
    print_rows(overview, all, session->now(), call.output);
    return ExitCode::ok;
  }
  json::array schedules;
  for (const ScheduleView& view : overview.schedules) {
    if (is_shown(view, all)) schedules.push_back(to_json(view));
  }
  call.output.json({{"schedules", std::move(schedules)}});
  return ExitCode::ok;
}

Result<ExitCode> schedule_show(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::ScheduleBook* book, session->book());
  LOOP_TRY(const loop::Schedule wanted, find_schedule(*book, call.arguments.positional(0)));
  LOOP_TRY(const Overview overview, look_at(*session, kListSlots));
  for (const ScheduleView& view : overview.schedules) {
    if (view.schedule->position != wanted.position) continue;
    if (call.output.wants_json()) {
      json::object fields = to_json(view);
      fields["schedule"] = object_in_file(*book, wanted.id);
      call.output.json(fields);
    } else {
      print_one(view, session->now(), call.output);
    }
  }
  return ExitCode::ok;
}

Result<ExitCode> schedule_next(Invocation& call) {
  const auto file = call.arguments.text("from");
  const std::string wanted = call.arguments.positional(0);
  if (file && !wanted.empty()) {
    return Error(Errc::invalid_argument, "SCHEDULE and --from cannot be given together");
  }
  if (file) return next_of_object(call, *file);
  if (wanted.empty()) {
    return Error(Errc::invalid_argument, "SCHEDULE or --from FILE is needed");
  }
  for (const char* option : {"timezone", "now"}) {
    if (!call.arguments.has(option)) continue;
    return Error(Errc::invalid_argument, fmt::format("--{} goes with --from only", option));
  }
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::ScheduleBook* book, session->book());
  LOOP_TRY(const loop::Schedule schedule, find_schedule(*book, wanted));
  LOOP_TRY(const Overview overview,
           look_at(*session, static_cast<std::size_t>(*call.arguments.integer("count"))));
  const ScheduleView& view = overview.schedules.at(schedule.position);
  if (call.output.wants_json()) {
    call.output.json(to_json(view));
    return ExitCode::ok;
  }
  if (view.next.empty()) {
    call.output.note(fmt::format("no next slot: {} {}", to_string(view.state), shown(view.reason)));
  }
  for (const Instant slot : view.next) call.output.line(shown_time(slot, session->now()));
  return ExitCode::ok;
}

}  // namespace loopctl
