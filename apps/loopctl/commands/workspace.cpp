// SPDX-License-Identifier: MIT
// Making a workspace, and one screen about it.
#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "commands/doctor.hpp"
#include "commands/groups.hpp"
#include "loop/domain/memory_book.h"
#include "loop/domain/time_ledger.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"
#include "run_view.hpp"
#include "schedule_view.hpp"
#include "text_forms.hpp"

namespace loopctl {

namespace json = boost::json;
using loop::Result;

namespace {

constexpr std::size_t kComingShown = 5;

struct NewFile {
  loop::RelativePath path;
  std::string content;
};

std::string empty_memory() {
  std::vector<std::string> headings;
  for (const loop::MemorySection section : loop::kMemorySections) {
    headings.push_back(fmt::format("# {}\n", title_of(section)));
  }
  return fmt::format("{}", fmt::join(headings, "\n"));
}

std::vector<NewFile> new_files() {
  return {{loop::layout::schedules(), loop::ScheduleBook::empty_text()},
          {loop::layout::timing(), std::string(loop::kTimeHeader) + "\n"},
          {loop::layout::memory(), empty_memory()},
          {loop::layout::todo(), "# TODO\n"}};
}

Result<ExitCode> init(Invocation& call) {
  LOOP_TRY(const std::string base,
           start_directory(call.surroundings, call.arguments.text("directory")));
  const std::string given = call.arguments.positional(0);
  const std::string wanted = given.starts_with('/') ? given
                             : given.empty()        ? base
                                                    : base + "/" + given;
  const bool is_new = !start_directory(call.surroundings, wanted);
  std::vector<std::string> made;
  if (is_new && call.is_dry_run()) {
    for (const NewFile& file : new_files()) made.push_back(file.path.str());
  } else {
    if (is_new) LOOP_TRY_VOID(front::make_directory(wanted));
    LOOP_TRY(const std::string root, start_directory(call.surroundings, wanted));
    LOOP_TRY(const auto session, call.open_root(root));
    if (!call.is_dry_run()) {
      LOOP_TRY_VOID(session->prepare());
      LOOP_TRY_VOID(make_directories(session->files(), loop::RelativePath::of(".roo")));
    }
    for (const NewFile& file : new_files()) {
      LOOP_TRY(const auto present, session->files().info(file.path));
      if (present) continue;
      made.push_back(file.path.str());
      if (call.is_dry_run()) continue;
      LOOP_TRY_VOID(replace_file(session->files(), session->random(), file.path, file.content));
    }
  }
  if (call.output.wants_json()) {
    call.output.json(
        {{"root", json_text(wanted)}, {"made", json_texts(made)}, {"dry_run", call.is_dry_run()}});
    return ExitCode::ok;
  }
  for (const std::string& path : made) {
    call.output.line(fmt::format("{} {}", call.is_dry_run() ? "would make" : "made", path));
  }
  call.output.note(made.empty() ? "nothing to do: the workspace is complete"
                                : "next: `loopctl schedule add`, then `loopctl run`");
  return ExitCode::ok;
}

struct Status {
  Overview overview;
  std::size_t memory_lines = 0;
  loop::BudgetUse today;
  std::optional<std::string> budget_problem;
};

Result<Status> read_status(front::Session& session) {
  LOOP_TRY(Overview overview, look_at(session, 1));
  Status status{std::move(overview), 0, {}, {}};
  loop::MemoryBook memory(session.files(), session.clock(), session.random(), session.log());
  if (const auto text = memory.read()) status.memory_lines = text->line_count;
  status.today = status.overview.history.use_on_day(session.now());
  if (const auto config = session.config()) {
    status.budget_problem = exhausted((*config)->config.budget, status.today);
  }
  return status;
}

std::size_t count_escalations(const Overview& overview) {
  return static_cast<std::size_t>(
      std::count_if(overview.history.schedules().begin(), overview.history.schedules().end(),
                    [](const auto& entry) { return is_escalated(entry.second); }));
}

json::object status_json(const front::Session& session, const Status& status) {
  json::array runs;
  for (const auto& [id, run] : status.overview.history.live()) runs.push_back(to_json(run));
  json::array schedules;
  for (const ScheduleView& view : status.overview.schedules) schedules.push_back(to_json(view));
  const loop::EngineStatus& engine = status.overview.engine;
  return {{"root", json_text(session.root())},
          {"engine",
           {{"alive", engine.is_alive},
            {"pid", engine.is_alive ? json::value(engine.pid) : json::value(nullptr)},
            {"started", json_time(engine.started)},
            {"heartbeat", json_time(engine.heartbeat)},
            {"version", json_text_or_null(engine.version)}}},
          {"runs", std::move(runs)},
          {"schedules", std::move(schedules)},
          {"escalations_open", count_escalations(status.overview)},
          {"memory_lines", status.memory_lines},
          {"memory_lines_max", loop::kMemoryLinesMax},
          {"today",
           {{"runs", status.today.runs},
            {"busy_seconds", static_cast<double>(status.today.time.count()) / 1000.0},
            {"tokens", status.today.tokens},
            {"cost_usd", static_cast<double>(status.today.cost_usd_micros) / 1e6}}},
          {"budget_exhausted",
           status.budget_problem ? json::value(*status.budget_problem) : json::value(nullptr)}};
}

void print_engine(const loop::EngineStatus& engine, loop::Instant now, Output& output) {
  if (!engine.is_alive) {
    output.line(fmt::format("engine     {}", output.paint(Tone::warning, "not running")));
    return;
  }
  const std::string seen =
      engine.heartbeat ? ", seen " + relative_time(*engine.heartbeat, now) : std::string{};
  output.line(
      fmt::format("engine     {} (pid {}{})", output.paint(Tone::good, "alive"), engine.pid, seen));
}

void print_runs(const Status& status, loop::Instant now, Output& output) {
  for (const auto& [id, run] : status.overview.history.live()) {
    output.line(fmt::format("run        {} {}, since {}", shown(id.str(), 100), state_of(run),
                            relative_time(run.claimed, now)));
  }
  const auto& finished = status.overview.history.finished();
  if (finished.empty()) return;
  const loop::RunSummary& last = finished.back();
  output.line(fmt::format("last run   {} {}{}", shown(last.id.str(), 100),
                          output.paint(tone_of(last), state_of(last)),
                          last.ended ? ", " + relative_time(*last.ended, now) : ""));
}

void print_coming(const Overview& overview, loop::Instant now, Output& output) {
  std::vector<const ScheduleView*> coming;
  for (const ScheduleView& view : overview.schedules) {
    if (!view.next.empty()) coming.push_back(&view);
  }
  std::sort(coming.begin(), coming.end(),
            [](const auto* a, const auto* b) { return a->next.front() < b->next.front(); });
  coming.resize(std::min(coming.size(), kComingShown));
  for (const ScheduleView* view : coming) {
    output.line(fmt::format("next       {} {}", relative_time(view->next.front(), now),
                            shown(view->schedule->name, 60)));
  }
}

void print(const front::Session& session, const Status& status, Output& output) {
  const loop::Instant now = session.now();
  output.line(fmt::format("workspace  {}", shown(session.root())));
  print_engine(status.overview.engine, now, output);
  print_runs(status, now, output);
  print_coming(status.overview, now, output);
  const std::size_t escalations = count_escalations(status.overview);
  if (escalations > 0) {
    output.line(fmt::format("{}: `loopctl escalation list`",
                            output.paint(Tone::bad, fmt::format("{} escalated", escalations))));
  }
  output.line(fmt::format("memory     {} of {} lines", status.memory_lines, loop::kMemoryLinesMax));
  output.line(fmt::format("today      {} runs, {}, {}", status.today.runs,
                          loop::format_duration(status.today.time),
                          shown_usd(status.today.cost_usd_micros)));
  if (status.budget_problem) {
    output.line(fmt::format("budget     {}", output.paint(Tone::bad, *status.budget_problem)));
  }
}

Result<ExitCode> show_status(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(const Status status, read_status(*session));
  if (call.output.wants_json()) {
    call.output.json(status_json(*session, status));
  } else {
    print(*session, status, call.output);
  }
  return count_escalations(status.overview) > 0 ? ExitCode::escalation_open : ExitCode::ok;
}

}  // namespace

std::vector<Command> workspace_commands() {
  return {
      {.path = {"init"},
       .summary = "Make a folder a workspace",
       .details = "Makes .roo/schedules.json, task_timing.tsv, persistent-memory.md, TODO.md and "
                  ".loop/ where they are absent. What is there stays as it is.",
       .positionals = {{.name = "DIR",
                        .meaning = "the folder; the working directory when absent",
                        .required = false}},
       .examples = {{"loopctl init", ""}},
       .effect = Effect::writes,
       .handler = init},
      {.path = {"status"},
       .summary = "Show engine, runs, next slots and limits on one screen",
       .details = "The exit code is 8 while an escalation is open.",
       .handler = show_status},
      {.path = {"doctor"},
       .summary = "Tell what is wrong with the workspace's files",
       .details =
           "Changes nothing. The exit code is 7 when an error was found; warnings and notes do "
           "not count.",
       .handler = doctor},
  };
}

}  // namespace loopctl
