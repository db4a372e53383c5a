// SPDX-License-Identifier: MIT
// The engine in the foreground, as a service, and the runner of one launch.
#include <fmt/format.h>

#include <charconv>

#include "commands/groups.hpp"
#include "engine_reporter.hpp"
#include "front/engine_host.hpp"
#include "loop/engine/runner.h"
#include "schedule_view.hpp"
#include "service_notifier.hpp"
#include "invocation.hpp"
#include "signals.hpp"

namespace loopctl {

using loop::Errc;
using loop::Error;
using loop::Result;

namespace {

bool has_open_escalation(const loop::History& history) {
  for (const auto& [id, past] : history.schedules()) {
    if (is_escalated(past)) return true;
  }
  return false;
}

// Nothing, and the reason is told: another one works here.
Result<std::optional<front::OpenEngine>> open_engine(Invocation& call) {
  LOOP_TRY(auto session, call.open_session());
  auto opened = front::open_engine(std::move(session));
  if (opened) return std::optional(std::move(*opened));
  if (opened.error().code() != Errc::locked) return std::move(opened).error();
  call.output.error(opened.error());
  return std::optional<front::OpenEngine>();
}

ExitCode exit_code_at_end(const loop::Engine& engine) {
  if (stop_signal() != 0) return exit_code_of_signal(stop_signal());
  return has_open_escalation(engine.history()) ? ExitCode::escalation_open : ExitCode::ok;
}

Result<ExitCode> run(Invocation& call) {
  catch_stop_signals();
  LOOP_TRY(auto found, open_engine(call));
  if (!found) return ExitCode::second_engine;
  front::OpenEngine& opened = *found;
  loop::EngineLoopOptions& options = opened.options;
  const bool until_idle = call.arguments.has("until-idle") || call.arguments.has("once");
  options.run_for = call.arguments.duration("for");
  options.until_idle = until_idle && options.run_for;
  options.stop_requested = [&] {
    // Without --for nothing to come is waited for: what was due has been started by the step.
    const bool is_idle = until_idle && !options.run_for && opened.engine->history().live().empty();
    return stop_signal() != 0 || is_idle;
  };
  EngineReporter reporter(call.output);
  options.after_step = [&](const loop::Engine& engine) { reporter.report(engine); };
  call.output.note(
      fmt::format("engine of {}; Ctrl-C ends it, running agents go on", opened.session->root()));
  LOOP_TRY_VOID(run_engine_loop(*opened.engine, opened.session->engine_context(), options));
  if (until_idle && opened.engine->book() == nullptr && opened.engine->book_problem()) {
    return *opened.engine->book_problem();
  }
  return exit_code_at_end(*opened.engine);
}

std::string status_line(const loop::Engine& engine) {
  std::size_t running = 0;
  for (const auto& [id, live] : engine.history().live()) running += live.has_process() ? 1 : 0;
  const std::size_t schedules = engine.book() == nullptr ? 0 : engine.book()->schedules().size();
  return fmt::format("{} running, {} schedules", running, schedules);
}

Result<ExitCode> daemon(Invocation& call) {
  if (call.arguments.has("print-unit")) {
    LOOP_TRY(const std::string root,
             find_root(call.surroundings, call.arguments.text("directory")));
    LOOP_TRY(const std::string unit, systemd_unit(call.surroundings.program, root));
    call.output.text(unit);
    return ExitCode::ok;
  }
  catch_stop_signals();
  LOOP_TRY(auto found, open_engine(call));
  if (!found) return ExitCode::second_engine;
  front::OpenEngine& opened = *found;
  ServiceNotifier notifier(call.surroundings);
  loop::EngineLoopOptions& options = opened.options;
  if (const auto interval = notifier.watchdog_interval()) {
    options.safety_tick = std::min(options.safety_tick, *interval);
  }
  options.after_step = [&, is_ready = false](const loop::Engine& engine) mutable {
    if (!is_ready) notifier.ready();
    is_ready = true;
    notifier.status(status_line(engine));
    notifier.alive();
  };
  options.stop_requested = [&] {
    if (stop_signal() == 0) return false;
    notifier.stopping();
    return true;
  };
  LOOP_TRY_VOID(run_engine_loop(*opened.engine, opened.session->engine_context(), options));
  return exit_code_at_end(*opened.engine);
}

// Called by an engine, never by people.
Result<ExitCode> runner(Invocation& call) {
  const std::string number = call.arguments.positional(1);
  int launch = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), launch);
  if (error != std::errc{} || end != number.data() + number.size() || launch < 1) {
    return Error(Errc::invalid_argument,
                 fmt::format("LAUNCH: \"{}\" is not allowed; allowed: an integer from 1", number));
  }
  LOOP_TRY(const auto session, call.open_session());
  catch_stop_signals();
  loop::RunnerContext context{session->files(),
                              session->clock(),
                              session->random(),
                              session->processes(),
                              session->log(),
                              call.surroundings.environment,
                              [] { return stop_signal() != 0; }};
  context.hold = [&](loop::RunIntent& intent) -> loop::Status {
    LOOP_TRY(const loop::EngineOptions options, session->engine_options());
    return hold_to_configuration(options, intent);
  };
  for (std::string place : {call.surroundings.program, call.surroundings.config_directory(),
                            call.surroundings.state_directory()}) {
    context.own_places.push_back(std::move(place));
  }
  const loop::RunnerRequest request{loop::RunId(call.arguments.positional(0)), launch};
  LOOP_TRY_VOID(run_launch(context, request));
  return ExitCode::ok;
}

}  // namespace

std::vector<Command> engine_commands() {
  return {
      {.path = {"run"},
       .summary = "Run the engine in the foreground: start what is due",
       .details =
           "At most one engine works in a workspace; a second one ends with 75. Agents that run "
           "when the engine ends go on, and the next engine takes them up. With --until-idle "
           "the exit code is 8 while an escalation is open.",
       .options = {{.name = "for",
                    .kind = ValueKind::duration,
                    .value_name = "DURATION",
                    .meaning = "end after this long"},
                   {.name = "until-idle",
                    .meaning =
                        "end when all that is due has run; with --for when nothing more is due "
                        "within that time"},
                   {.name = "once", .meaning = "the same as --until-idle"}},
       .examples = {{"loopctl run", "until Ctrl-C"},
                    {"loopctl run --once", "what is due now, from a crontab for example"}},
       .handler = run},
      {.path = {"daemon"},
       .summary = "Run the engine as a service",
       .details = "Tells systemd when it is ready, alive and stopping.",
       .options = {{.name = "print-unit", .meaning = "print a systemd user unit and end"}},
       .examples = {{"loopctl daemon --print-unit > ~/.config/systemd/user/loop.service", ""},
                    {"systemctl --user enable --now loop", ""}},
       .handler = daemon},
      {.path = {"__runner"},
       .summary = "Supervise one launch of a run",
       .positionals = {{.name = "RUN", .meaning = "run id"},
                       {.name = "LAUNCH", .meaning = "number of the launch"}},
       .is_hidden = true,
       .handler = runner},
  };
}

}  // namespace loopctl
