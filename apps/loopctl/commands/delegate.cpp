// SPDX-License-Identifier: MIT
// Giving a task to another agent, from a run or by hand.
#include <boost/json.hpp>
#include <fmt/format.h>

#include "commands/groups.hpp"
#include "run_view.hpp"
#include "run_wait.hpp"
#include "invocation.hpp"
#include "signals.hpp"
#include "text_forms.hpp"

namespace loopctl {

namespace json = boost::json;
using loop::Errc;
using loop::Error;
using loop::Result;

namespace {

// "2h" is that long from now here: a deadline lies ahead.
Result<loop::Instant> parse_deadline(const std::string& text, loop::Instant now) {
  if (const auto duration = loop::parse_duration(text)) return now + *duration;
  const auto instant = parse_time(text, now);
  if (instant && *instant > now) return *instant;
  return Error(Errc::invalid_argument,
               fmt::format("--deadline: \"{}\" is not allowed; allowed: a time that is to come, as "
                           "in 30m, 2h or 2030-01-31T12:00:00Z",
                           shown(text, 60)));
}

Result<loop::DelegationRequest> request_of(const Invocation& call, front::Session& session,
                                           const loop::EngineOptions& options) {
  loop::DelegationRequest request;
  request.task = call.arguments.positional(0);
  if (const auto mode = call.arguments.text("mode")) request.mode = loop::ModeSlug(*mode);
  request.context = call.arguments.text("context").value_or("");
  request.requirements = call.arguments.texts("requirement");
  if (const auto deadline = call.arguments.text("deadline")) {
    LOOP_TRY(request.deadline, parse_deadline(*deadline, session.now()));
  }
  request.agent = call.arguments.text("agent").value_or("");
  request.timeout = call.arguments.duration("timeout");
  loop::OperationMeter meter;
  LOOP_TRY(const loop::OperationContext context, session.operation_context(options, meter));
  if (context.caller.run) {
    request.caller =
        loop::DelegationCaller{*context.caller.run, context.caller.depth, context.caller.deadline};
  }
  return request;
}

json::object delegation_json(const loop::Delegation& made) {
  json::array scores;
  for (const loop::ModeScore& score : made.scores) {
    scores.push_back({{"mode", json_text(score.mode.str())},
                      {"score", score.score},
                      {"words", json_texts(score.words)}});
  }
  return {{"run", json_text(made.run.str())},
          {"mode", json_text(made.mode.str())},
          {"scores", std::move(scores)},
          {"phase", to_string(made.phase)},
          {"parent", json_text_or_null(made.parent ? made.parent->str() : "")},
          {"depth", made.depth},
          {"timeout_seconds", static_cast<double>(made.timeout.count()) / 1000.0},
          {"deadline", loop::format_instant(made.deadline)},
          {"directory", json_text(made.directory)}};
}

Result<std::string> answer_of(front::Session& session, const loop::RunId& run) {
  loop::RunDirectory directory(session.files(), session.random(), run);
  LOOP_TRY(const int launch, directory.last_launch());
  if (launch == 0) return std::string{};
  LOOP_TRY(const auto result, directory.result(launch));
  return result ? result->outcome.answer : std::string{};
}

Result<ExitCode> wait_and_print(Invocation& call, front::Session& session, loop::Engine& engine,
                                const loop::Delegation& made) {
  catch_stop_signals();
  LOOP_TRY(const loop::RunSummary ended,
           wait_for_run(session, engine, made.run, call.arguments.duration("wait")));
  LOOP_TRY(const std::string answer, answer_of(session, made.run));
  if (call.output.wants_json()) {
    json::object result = to_json(ended);
    result["answer"] = json_text_or_null(answer);
    json::object object = delegation_json(made);
    object["result"] = std::move(result);
    call.output.json(object);
    return exit_code_of_run(ended);
  }
  call.output.line(fmt::format("{}: {} after {}{}{}", shown(made.run.str()), ended.end,
                               loop::format_duration(ended.busy), ended.reason.empty() ? "" : ": ",
                               shown(ended.reason)));
  if (!answer.empty()) call.output.line(shown_lines(answer));
  return exit_code_of_run(ended);
}

Result<ExitCode> delegate(Invocation& call) {
  LOOP_TRY(const auto session, call.open_session());
  LOOP_TRY(auto options, session->engine_options());
  LOOP_TRY(const loop::DelegationRequest request, request_of(call, *session, options));
  LOOP_TRY(const auto engine, loop::Engine::open(session->engine_context(), std::move(options),
                                                 loop::EngineRole::visitor));
  LOOP_TRY(const loop::Delegation made, engine->delegate(request, session->now()));
  call.output.note(fmt::format("run {} in mode {}, at most {}{}", shown(made.run.str()),
                               shown(made.mode.str()), loop::format_duration(made.timeout),
                               made.phase == loop::RunPhase::waiting ? ", queued" : ""));
  if (call.arguments.has("wait")) return wait_and_print(call, *session, *engine, made);
  if (call.output.wants_json()) {
    call.output.json(delegation_json(made));
  } else {
    call.output.line(made.run.str());
  }
  return ExitCode::ok;
}

}  // namespace

std::vector<Command> delegation_commands() {
  return {
      {.path = {"delegate"},
       .summary = "Give a task to another agent, now",
       .details =
           "Inside a run (LOOP_RUN_ID is set) the new run is its child: at most five levels, at "
           "most half of the remaining time, never the same task in the same mode as a run above "
           "it, and it ends when its parent ends. Prints the run's id; with --wait its result, and "
           "the exit code follows from how it ended.",
       .positionals = {{.name = "TASK",
                        .meaning = "what has to be done; for agent shell a script"}},
       .options = {{.name = "mode",
                    .letter = 'm',
                    .kind = ValueKind::text,
                    .value_name = "MODE",
                    .meaning = "in this mode; without it the one whose words fit the task best"},
                   {.name = "context",
                    .kind = ValueKind::text,
                    .value_name = "TEXT",
                    .meaning = "what the agent should know"},
                   {.name = "requirement",
                    .letter = 'r',
                    .kind = ValueKind::text,
                    .value_name = "TEXT",
                    .meaning = "what the result has to fulfil",
                    .repeats = true},
                   {.name = "deadline",
                    .kind = ValueKind::text,
                    .value_name = "TIME",
                    .meaning = "be done by then: 30m, 2h, 2030-01-31T12:00:00Z"},
                   {.name = "agent",
                    .letter = 'a',
                    .kind = ValueKind::text,
                    .value_name = "NAME",
                    .meaning = "the agent instead of the configured one"},
                   {.name = "timeout",
                    .kind = ValueKind::duration,
                    .value_name = "DURATION",
                    .meaning = "end the run after this long"},
                   {.name = "wait",
                    .letter = 'w',
                    .kind = ValueKind::duration,
                    .value_name = "DURATION",
                    .meaning = "wait for the end, at most this long; the run goes on"}},
       .examples = {{"loopctl delegate \"Find why the build is slow\" --mode debug --wait 20m",
                     ""}},
       .handler = delegate},
  };
}

}  // namespace loopctl
