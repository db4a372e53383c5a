// SPDX-License-Identifier: MIT
// Time tracking: start and stop a task, report, export, check.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "commands/groups.hpp"
#include "commands/time_export.hpp"
#include "loop/domain/modes.h"
#include "invocation.hpp"
#include "text_forms.hpp"

namespace loopctl {

namespace json = boost::json;
using loop::Errc;
using loop::Error;
using loop::Result;
using loop::TimeEntry;

namespace {

const std::vector<std::string> kPriorities{"normal", "schedule", "todo"};

loop::Priority priority_of(std::string_view word) {
  if (word == "schedule") return loop::Priority::schedule;
  if (word == "todo") return loop::Priority::todo;
  return loop::Priority::normal;
}

Result<ExitCode> start(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const std::string global, session->global_modes());
  LOOP_TRY(const auto modes, loop::ModeBook::load(session->files(), global));
  loop::TimeLedger::StartRequest request;
  request.mode = loop::ModeSlug(*call.arguments.text("mode"));
  LOOP_TRY(const loop::Mode* mode, modes.require(request.mode));
  (void)mode;
  request.task_id =
      loop::TaskId(call.arguments.text("id").value_or(loop::make_uuid(session->random())));
  request.task = call.arguments.positional(0);
  request.priority = priority_of(*call.arguments.text("priority"));
  request.start = session->now();
  if (!call.is_dry_run()) {
    LOOP_TRY_VOID(session->prepare());
    loop::TimeLedger& ledger = session->time();
    LOOP_TRY_VOID(ledger.start(request));
  }
  if (call.output.wants_json()) {
    call.output.json({{"task_id", json_text(request.task_id.str())},
                      {"start", loop::format_instant(request.start)},
                      {"dry_run", call.is_dry_run()}});
  } else {
    call.output.line(request.task_id.str());
  }
  return ExitCode::ok;
}

Result<ExitCode> stop(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  loop::TimeLedger& ledger = session->time();
  const loop::TaskId task(call.arguments.positional(0));
  if (call.is_dry_run()) {
    LOOP_TRY(const loop::TimeTable table, ledger.read());
    for (const TimeEntry& entry : pair_entries(table)) {
      if (entry.task_id != task || entry.end) continue;
      call.output.note(fmt::format("task {} would be stopped", shown(task.str())));
      if (call.output.wants_json())
        call.output.json({{"entry", to_json(entry)}, {"dry_run", true}});
      return ExitCode::ok;
    }
    return Error(Errc::not_found, fmt::format("no open task \"{}\"", shown(task.str(), 80)));
  }
  LOOP_TRY_VOID(session->prepare());
  LOOP_TRY(const TimeEntry entry,
           ledger.stop(task, call.arguments.text("result").value_or("completed"), session->now()));
  if (call.output.wants_json()) {
    call.output.json({{"entry", to_json(entry)}});
  } else {
    call.output.line(
        fmt::format("{}  {}", shown(entry.task_id.str()),
                    loop::format_duration(std::chrono::seconds{entry.duration_s.value_or(0)})));
  }
  return ExitCode::ok;
}

loop::TimeGrouping grouping_of(std::string_view word) {
  if (word == "priority") return loop::TimeGrouping::priority;
  if (word == "task") return loop::TimeGrouping::task;
  if (word == "day") return loop::TimeGrouping::day;
  return loop::TimeGrouping::mode;
}

Result<loop::TimeFilter> filter_of(const Invocation& call, const front::Session& session) {
  loop::TimeFilter filter;
  filter.mode = call.arguments.text("mode").value_or("");
  filter.priority = call.arguments.text("priority").value_or("");
  if (const auto since = call.arguments.text("since")) {
    LOOP_TRY(filter.since, parse_time(*since, session.now()));
  }
  if (const auto until = call.arguments.text("until")) {
    LOOP_TRY(filter.until, parse_time(*until, session.now()));
  }
  return filter;
}

json::object report_json(const loop::TimeReport& report, const std::string& by) {
  json::array groups;
  for (const loop::TimeGroup& group : report.groups) {
    groups.push_back({{"key", json_text(group.key)},
                      {"entries", group.entries},
                      {"total_seconds", group.total_s}});
  }
  return {{"entries", report.total_entries},
          {"completed", report.completed},
          {"open", report.open},
          {"incomplete", report.incomplete},
          {"total_seconds", report.total_s},
          {"average_seconds", report.average_s},
          {"median_seconds", report.median_s},
          {"p95_seconds", report.p95_s},
          {"by", by},
          {"groups", std::move(groups)}};
}

std::string_view heading_of(std::string_view by) {
  if (by == "priority") return "PRIORITY";
  if (by == "task") return "TASK";
  return by == "day" ? "DAY" : "MODE";
}

std::string seconds(std::int64_t count) {
  return loop::format_duration(std::chrono::seconds{count});
}

Result<ExitCode> report(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::TimeFilter filter, filter_of(call, *session));
  LOOP_TRY(const loop::TimeTable table, session->time().read());
  const auto entries = pair_entries(table);
  const std::string by = *call.arguments.text("by");
  const loop::TimeReport report = loop::report(entries, filter, grouping_of(by));
  if (!table.unreadable.empty()) {
    call.output.note(fmt::format("{} rows are not readable; `loopctl time check` names them",
                                 table.unreadable.size()));
  }
  if (call.output.wants_json()) {
    json::object fields = report_json(report, by);
    fields["unreadable_rows"] = table.unreadable.size();
    call.output.json(fields);
    return ExitCode::ok;
  }
  TextTable rows{{"TOTAL", "ENTRIES", std::string(heading_of(by))}, {}};
  for (const loop::TimeGroup& group : report.groups) {
    rows.rows.push_back(
        {seconds(group.total_s), fmt::to_string(group.entries), shown(group.key, 100)});
  }
  if (!rows.rows.empty()) call.output.table(rows);
  call.output.line(fmt::format(
      "{} in {} entries ({} completed, {} open, {} incomplete); average {}, median {}, p95 {}",
      seconds(report.total_s), report.total_entries, report.completed, report.open,
      report.incomplete, seconds(report.average_s), seconds(report.median_s),
      seconds(report.p95_s)));
  return ExitCode::ok;
}

Result<ExitCode> check(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::TimeTable table, session->time().read());
  std::size_t shifted = 0;
  for (const loop::TimeRow& row : table.rows) shifted += row.shifted ? 1 : 0;
  if (call.output.wants_json()) {
    json::array unreadable;
    for (const loop::UnreadableRow& row : table.unreadable) {
      unreadable.push_back({{"line", row.line}, {"reason", json_text(row.reason)}});
    }
    call.output.json(
        {{"rows", table.rows.size()}, {"shifted", shifted}, {"unreadable", std::move(unreadable)}});
  } else {
    for (const loop::UnreadableRow& row : table.unreadable) {
      call.output.line(fmt::format("task_timing.tsv:{}: {}", row.line, shown(row.reason)));
    }
    call.output.line(fmt::format("{} rows read, {} of them with shifted columns; {} not readable",
                                 table.rows.size(), shifted, table.unreadable.size()));
  }
  return table.unreadable.empty() ? ExitCode::ok : ExitCode::problems_found;
}

std::vector<Option> filter_options() {
  return {{.name = "mode", .kind = ValueKind::text, .value_name = "SLUG", .meaning = "of one mode"},
          {.name = "priority",
           .kind = ValueKind::text,
           .value_name = "WORD",
           .meaning = "of one priority"},
          {.name = "since",
           .kind = ValueKind::time,
           .value_name = "TIME",
           .meaning = "started since TIME: 2h, yesterday, 2025-11-01"},
          {.name = "until",
           .kind = ValueKind::time,
           .value_name = "TIME",
           .meaning = "started before TIME"}};
}

Result<ExitCode> export_entries(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::TimeFilter filter, filter_of(call, *session));
  LOOP_TRY(const loop::TimeTable table, session->time().read());
  std::vector<TimeEntry> entries;
  for (TimeEntry& entry : pair_entries(table)) {
    if (matches(entry, filter)) entries.push_back(std::move(entry));
  }
  const std::string format = call.output.wants_json() ? "json" : *call.arguments.text("format");
  if (format == "json") {
    json::array rows;
    for (const TimeEntry& entry : entries) rows.push_back(to_json(entry));
    call.output.json({{"entries", std::move(rows)}});
  } else {
    call.output.text(format == "csv" ? to_csv(entries) : to_tsv(entries));
  }
  return ExitCode::ok;
}

}  // namespace

std::vector<Command> time_commands() {
  std::vector<Option> report_options = filter_options();
  report_options.push_back({.name = "by",
                            .kind = ValueKind::text,
                            .value_name = "WORD",
                            .default_value = "mode",
                            .allowed = {"mode", "priority", "task", "day"},
                            .meaning = "grouped by"});
  std::vector<Option> export_options = filter_options();
  export_options.push_back({.name = "format",
                            .kind = ValueKind::text,
                            .value_name = "WORD",
                            .default_value = "tsv",
                            .allowed = {"tsv", "csv", "json"},
                            .meaning = "form of the output"});
  return {
      {.path = {"time", "start"},
       .summary = "Start a task; its id is printed",
       .positionals = {{.name = "TASK", .meaning = "what is done"}},
       .options = {{.name = "mode",
                    .kind = ValueKind::text,
                    .value_name = "SLUG",
                    .default_value = "code",
                    .meaning = "mode that does it"},
                   {.name = "priority",
                    .kind = ValueKind::text,
                    .value_name = "WORD",
                    .default_value = "normal",
                    .allowed = kPriorities,
                    .meaning = "what it is for"},
                   {.name = "id",
                    .kind = ValueKind::text,
                    .value_name = "ID",
                    .meaning = "id of the task, for a call that may be repeated"}},
       .effect = Effect::writes,
       .handler = start},
      {.path = {"time", "stop"},
       .summary = "End a task",
       .positionals = {{.name = "TASK_ID", .meaning = "id that start printed"}},
       .options = {{.name = "result",
                    .kind = ValueKind::text,
                    .value_name = "TEXT",
                    .meaning = "what came of it"}},
       .effect = Effect::writes,
       .handler = stop},
      {.path = {"time", "report"},
       .summary = "Show where the time went",
       .options = std::move(report_options),
       .examples = {{"loopctl time report --by day --since 7d", ""}},
       .handler = report},
      {.path = {"time", "export"},
       .summary = "Print the entries, the newest first",
       .options = std::move(export_options),
       .handler = export_entries},
      {.path = {"time", "check"},
       .summary = "Name the rows that cannot be read",
       .details = "The exit code is 7 when there are any.",
       .handler = check},
  };
}

}  // namespace loopctl
