// SPDX-License-Identifier: MIT
// Runs: listing, showing, following their output, cancelling, trying again.
#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "commands/groups.hpp"
#include "commands/run_logs.hpp"
#include "commands/run_tree.hpp"
#include "loop/base/text.h"
#include "run_view.hpp"
#include "run_wait.hpp"
#include "schedule_view.hpp"
#include "text_forms.hpp"

namespace loopctl {

namespace json = boost::json;
using loop::Errc;
using loop::Error;
using loop::Result;
using loop::RunSummary;

namespace {

const Positional kRun{.name = "RUN", .meaning = "run id, or the beginning of one"};

std::string name_of(const loop::ScheduleBook* book, const loop::ScheduleId& id) {
  const loop::Schedule* schedule = book == nullptr ? nullptr : book->find(id);
  return shown(schedule == nullptr ? id.str() : schedule->name, 30);
}

struct RunFilter {
  std::string schedule;  // id; empty: all
  bool failed_only = false;
  std::optional<loop::Instant> since;
  std::size_t limit = 20;

  bool accepts(const RunSummary& run) const {
    if (!schedule.empty() && run.schedule.str() != schedule) return false;
    if (since && run.claimed < *since) return false;
    return !failed_only || (!run.is_live() && exit_code_of_run(run) != ExitCode::ok);
  }
};

Result<RunFilter> filter_of(const Invocation& call, const front::Session& session,
                            const loop::ScheduleBook* book) {
  RunFilter filter;
  filter.failed_only = call.arguments.has("failed");
  filter.limit = static_cast<std::size_t>(*call.arguments.integer("limit"));
  if (const auto since = call.arguments.text("since")) {
    LOOP_TRY(filter.since, parse_time(*since, session.now()));
  }
  if (const auto wanted = call.arguments.text("schedule")) {
    const auto found = book == nullptr ? Result<const loop::Schedule*>(nullptr)
                                       : book->find_by_id_or_name(*wanted);
    // Runs of a deleted schedule are still there, by its id.
    filter.schedule = found && *found != nullptr ? (*found)->id.str() : *wanted;
  }
  return filter;
}

Result<ExitCode> list(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  const auto book = session->schedules().load();
  const loop::ScheduleBook* readable = book ? *book : nullptr;
  LOOP_TRY(const RunFilter filter, filter_of(call, *session, readable));
  LOOP_TRY(const loop::History history, session->history());
  std::vector<const RunSummary*> runs;
  for (const RunSummary* run : newest_runs(history)) {
    if (runs.size() < filter.limit && filter.accepts(*run)) runs.push_back(run);
  }
  if (call.output.wants_json()) {
    json::array rows;
    for (const RunSummary* run : runs) rows.push_back(to_json(*run));
    call.output.json({{"runs", std::move(rows)}});
    return ExitCode::ok;
  }
  TextTable table{{"STARTED", "TOOK", "STATE", "SCHEDULE", "RUN", "REASON"}, {}};
  for (const RunSummary* run : runs) {
    table.ids.push_back(run->id.str());
    table.rows.push_back(
        {relative_time(run->first_start.value_or(run->claimed), session->now()),
         loop::format_duration(run->busy), call.output.paint(tone_of(*run), state_of(*run)),
         name_of(readable, run->schedule), shown(run->id.str(), 100), shown(run->reason, 60)});
  }
  if (runs.empty()) {
    call.output.note("no runs");
  } else {
    call.output.table(table);
  }
  return ExitCode::ok;
}

Result<ExitCode> show(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::History history, session->history());
  LOOP_TRY(const RunSummary run, find_run(history, call.arguments.positional(0)));
  loop::RunDirectory directory(session->files(), session->random(), run.id);
  LOOP_TRY(const auto intent, directory.intent());
  LOOP_TRY(const int launch, directory.last_launch());
  auto result = launch == 0 ? Result<std::optional<loop::AttemptResult>>(std::nullopt)
                            : directory.result(launch);
  if (!result) return std::move(result).error();
  const auto start = launch == 0 ? Result<std::optional<loop::AttemptStart>>(std::nullopt)
                                 : directory.started(launch);
  const loop::AttemptStart held =
      start ? start->value_or(loop::AttemptStart{}) : loop::AttemptStart{};
  const std::string answer = *result ? (*result)->outcome.answer : std::string{};
  if (call.output.wants_json()) {
    json::object fields = to_json(run);
    fields["agent"] = intent ? json_text_or_null(intent->agent.name) : json::value(nullptr);
    fields["session"] = intent ? json_text_or_null(intent->session) : json::value(nullptr);
    fields["sandbox"] = json_text_or_null(held.sandbox);
    fields["limits"] = json_text_or_null(held.limits);
    fields["cgroup"] = json_text_or_null(held.group);
    fields["answer"] = json_text_or_null(answer);
    fields["directory"] = fmt::format("{}/{}", session->root(), directory.path().str());
    call.output.json({{"run", std::move(fields)}});
    return ExitCode::ok;
  }
  const auto row = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) call.output.line(fmt::format("{:<10} {}", name, value));
  };
  row("run", shown(run.id.str()));
  row("schedule", shown(intent ? intent->schedule_name : run.schedule.str()));
  row("state", call.output.paint(tone_of(run), state_of(run)));
  row("reason", shown(run.reason));
  row("attempt", fmt::to_string(run.attempt));
  if (intent) row("mode", shown(intent->mode.str()));
  if (intent) row("agent", shown(intent->agent.name));
  row("sandbox", shown(held.sandbox, 300));
  row("limits", shown(held.limits, 300));
  row("cgroup", held.runner.pid == 0 ? "" : held.group.empty() ? "none" : shown(held.group, 300));
  row("stage", run.stage);
  row("task", shown(run.task));
  row("parent", shown(run.parent.str()));
  row("claimed", shown_time(run.claimed, session->now()));
  row("started", shown_time(run.first_start, session->now()));
  row("ended", shown_time(run.ended, session->now()));
  if (run.until) row("until", shown_time(run.until, session->now()));
  row("took", loop::format_duration(run.busy));
  if (run.tokens > 0) row("tokens", fmt::to_string(run.tokens));
  if (run.cost_usd_micros > 0) row("cost", shown_usd(run.cost_usd_micros));
  row("directory", shown(directory.path().str()));
  if (!answer.empty()) call.output.line("\n" + shown_lines(answer));
  return ExitCode::ok;
}

Result<ExitCode> cancel(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::History history, session->history());
  LOOP_TRY(const RunSummary run, find_run(history, call.arguments.positional(0)));
  if (!run.is_live()) {
    return Error(Errc::conflict, fmt::format("run {} is over: {}", run.id.str(), run.end));
  }
  const std::string reason = call.arguments.text("reason").value_or("cancelled by loopctl");
  if (!call.is_dry_run()) {
    LOOP_TRY(const auto engine, session->open_visitor());
    LOOP_TRY_VOID(engine->cancel(run.id, reason, session->now()));
  }
  call.output.note(fmt::format("run {} {} to end", run.id.str(),
                               call.is_dry_run() ? "would be asked" : "is asked"));
  if (call.output.wants_json()) {
    call.output.json({{"run", run.id.str()}, {"dry_run", call.is_dry_run()}});
  }
  return ExitCode::ok;
}

Result<ExitCode> retry(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const loop::History history, session->history());
  LOOP_TRY(const RunSummary run, find_run(history, call.arguments.positional(0)));
  if (call.is_dry_run()) {
    call.output.note(fmt::format("the task of run {} would be run again", run.id.str()));
    if (call.output.wants_json()) call.output.json({{"run", run.id.str()}, {"dry_run", true}});
    return ExitCode::ok;
  }
  LOOP_TRY(const auto engine, session->open_visitor());
  LOOP_TRY(const loop::RunId again, engine->retry(run.id, session->now()));
  return report_or_wait(call, *session, *engine, again);
}

Command list_command() {
  return {.path = {"runs", "list"},
          .summary = "List runs, the newest first",
          .options = {{.name = "schedule",
                       .letter = 's',
                       .kind = ValueKind::text,
                       .value_name = "SCHEDULE",
                       .meaning = "of one schedule"},
                      {.name = "failed", .meaning = "that ended without success"},
                      {.name = "since",
                       .kind = ValueKind::time,
                       .value_name = "TIME",
                       .meaning = "claimed since TIME: 2h, yesterday, 2025-11-01"},
                      {.name = "limit",
                       .kind = ValueKind::integer,
                       .value_name = "N",
                       .default_value = "20",
                       .meaning = "at most so many",
                       .least = 1,
                       .most = 1'000'000}},
          .examples = {{"loopctl runs list --failed --since 24h", ""}},
          .handler = list};
}

Command tree_command() {
  return {
      .path = {"runs", "tree"},
      .summary = "Show runs with what they delegated",
      .details =
          "With RUN the tree to which it belongs; without it every tree that has a live run, and "
          "the newest of the others. Costs in brackets are sums over everything below.",
      .positionals = {{.name = "RUN", .meaning = kRun.meaning, .required = false}},
      .options = {{.name = "limit",
                   .kind = ValueKind::integer,
                   .value_name = "N",
                   .default_value = "5",
                   .meaning = "at most so many trees",
                   .least = 1,
                   .most = 1000}},
      .handler = run_tree};
}

Command logs_command() {
  return {.path = {"runs", "logs"},
          .summary = "Print the output of a run",
          .details = "Control characters are replaced when the output is a terminal.",
          .positionals = {kRun},
          .options = {{.name = "follow", .letter = 'f', .meaning = "go on until the run is over"},
                      {.name = "stream",
                       .kind = ValueKind::text,
                       .value_name = "NAME",
                       .default_value = "stdout",
                       .allowed = {"stdout", "stderr", "events", "prompt"},
                       .meaning = "what to print"},
                      {.name = "launch",
                       .kind = ValueKind::integer,
                       .value_name = "N",
                       .meaning = "of this launch instead of the last",
                       .least = 1,
                       .most = 100'000}},
          .examples = {{"loopctl runs logs 1761482303261@20251101T063800Z -f", ""}},
          .handler = run_logs};
}

}  // namespace

Result<RunSummary> find_run(const loop::History& history, const std::string& id_or_prefix) {
  if (const RunSummary* exact = history.find(loop::RunId(id_or_prefix))) return *exact;
  std::vector<const RunSummary*> matches;
  std::vector<std::string> known;
  for (const RunSummary* run : newest_runs(history)) {
    known.push_back(run->id.str());
    if (run->id.str().starts_with(id_or_prefix)) matches.push_back(run);
  }
  if (matches.size() == 1 && !id_or_prefix.empty()) return *matches.front();
  if (matches.size() > 1) {
    return Error(Errc::conflict, fmt::format("\"{}\" begins {} run ids; give more of it",
                                             shown(id_or_prefix, 100), matches.size()));
  }
  return Error(Errc::not_found,
               fmt::format("no run \"{}\"{}; `loopctl runs list` shows them",
                           shown(id_or_prefix, 100), loop::did_you_mean(id_or_prefix, known)));
}

std::vector<Command> run_commands() {
  return {
      list_command(),
      {.path = {"runs", "show"},
       .summary = "Show one run and its answer",
       .positionals = {kRun},
       .handler = show},
      tree_command(),
      logs_command(),
      {.path = {"runs", "cancel"},
       .summary = "End a run",
       .positionals = {kRun},
       .options = {{.name = "reason",
                    .kind = ValueKind::text,
                    .value_name = "TEXT",
                    .meaning = "why; kept in the journal"}},
       .effect = Effect::writes,
       .handler = cancel},
      {.path = {"runs", "retry"},
       .summary = "Run the task of a finished run again",
       .positionals = {kRun},
       .options = {{.name = "wait", .letter = 'w', .meaning = "wait for the end of the run"},
                   {.name = "timeout",
                    .kind = ValueKind::duration,
                    .value_name = "DURATION",
                    .meaning = "give up waiting after this long; the run goes on"}},
       .effect = Effect::writes,
       .handler = retry},
  };
}

}  // namespace loopctl
