// SPDX-License-Identifier: MIT
// Supervising an attempt: the agent's life from its start to the last process gone.
#include "attempt_supervisor.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "descendants.hpp"
#include "loop/base/text.h"
#include "loop/engine/agent_sandbox.h"

namespace loop {

namespace {

constexpr Duration kTick{250};
constexpr Duration kStragglerGrace = std::chrono::seconds{2};
// A faster writer is caught up with over several ticks, so that stop requests are still seen.
constexpr std::uint64_t kTickBytesMax = 64 << 20;

// What only a person can put right is not tried again; a short memory or process table is.
OutcomeClass class_of_start_error(const Error& error) {
  const bool is_lasting = error.code() == Errc::not_found || error.code() == Errc::read_only ||
                          error.code() == Errc::invalid_argument ||
                          error.code() == Errc::too_large || error.code() == Errc::unsupported;
  return is_lasting ? OutcomeClass::config : OutcomeClass::task_failed;
}

AttemptEnd end_of(OutcomeClass outcome) {
  if (outcome == OutcomeClass::ok) return AttemptEnd::succeeded;
  if (outcome == OutcomeClass::rate_limited) return AttemptEnd::limited;
  return AttemptEnd::failed;
}

}  // namespace

AttemptSupervisor::AttemptSupervisor(RunnerContext& context, RunDirectory& directory,
                                     RunIntent intent, int launch)
    : context_(context),
      directory_(directory),
      intent_(std::move(intent)),
      launch_(launch),
      marker_(process_marker(context.files.root(), intent_.run, launch)),
      ledger_(context.files, context.clock, context.log),
      events_(context.files, context.clock, context.log, directory.events_path(launch)),
      stdout_(context.files, context.log, directory.stdout_path(launch)),
      stderr_(context.files, context.log, directory.stderr_path(launch)) {}

Status AttemptSupervisor::run() {
  started_ = context_.clock.now();
  if (const auto request = find_stop_request()) {
    const StopCause cause = to_stop_cause(*request, intent_.kill_grace);
    return finish_unstarted(cause.end, cause.outcome, cause.reason);
  }
  auto prepared = prepare();
  if (!prepared) return refuse_start(prepared.error(), OutcomeClass::config);
  return launch(std::move(*prepared));
}

Status AttemptSupervisor::refuse(const Error& reason) {
  started_ = context_.clock.now();
  return refuse_start(reason, OutcomeClass::config);
}

Status AttemptSupervisor::launch(Prepared prepared) {
  stream_ = std::move(prepared.stream);
  auto held = context_.processes.launch_held(prepared.spec);
  if (!held) return refuse_start(held.error(), class_of_start_error(held.error()));
  std::unique_ptr<ChildProcess> child = std::move(*held);
  if (Status recorded = record_start(*child); !recorded) {
    child.reset();  // still held: it ends without having run
    return refuse_start(recorded.error(), OutcomeClass::task_failed);
  }
  if (Status opened = open_time_row(); !opened) {
    child.reset();
    return finish_unstarted(
        AttemptEnd::failed, OutcomeClass::task_failed,
        fmt::format("the time row could not be written: {}", opened.error().message()));
  }
  begin_ = context_.clock.monotonic();
  if (Status released = child->release(); !released) {
    return finish_unstarted(AttemptEnd::failed, class_of_start_error(released.error()),
                            released.error().message());
  }
  log(LogLevel::info, fmt::format("agent started, pid {}", child->identity().pid));

  const auto cause = supervise(*child);
  agent_elapsed_ = times().elapsed;  // what it leaves behind is not its own time
  if (cause) end_children(cause->reason);
  end_tree(*child, cause ? cause->grace : kStragglerGrace);
  end_children("the run that delegated it is over");  // nobody is left who could delegate more
  const auto exit = child->wait(std::chrono::seconds{1});
  read_output(2 * kOutputBytesMax);
  remove_temporary_files();
  return finish(conclude(exit, cause));
}

Status AttemptSupervisor::record_start(const ChildProcess& child) {
  return directory_.write_started(
      launch_, {context_.processes.self(), child.identity(), context_.clock.now(), sandbox_text_,
                describe_limits(intent_.agent.limits), child.group()});
}

std::optional<StopCause> AttemptSupervisor::supervise(ChildProcess& child) {
  while (!child.wait(kTick)) {
    read_output(kTickBytesMax);
    const AttemptTimes now = times();
    warn_once(now);
    const auto cause = find_stop(now);
    if (!cause) continue;
    log(LogLevel::warning, fmt::format("ending the agent: {}", cause->reason));
    events_.add("stop", cause->reason);
    events_.flush();
    return cause;
  }
  return std::nullopt;
}

std::optional<StopCause> AttemptSupervisor::find_stop(const AttemptTimes& now) {
  if (const auto request = find_stop_request()) return to_stop_cause(*request, intent_.kill_grace);
  const std::uint64_t output_bytes = stdout_.size_bytes() + stderr_.size_bytes();
  if (auto flood = find_too_much_output(intent_, output_bytes)) return flood;
  if (!hopeless_.empty()) {
    StopCause cause{AttemptEnd::failed, OutcomeClass::task_failed, hopeless_, intent_.kill_grace};
    cause.keeps_verdict = true;
    return cause;
  }
  return find_used_up(intent_, now);
}

std::optional<StopRequest> AttemptSupervisor::find_stop_request() {
  auto request = directory_.stop(launch_);
  if (request && *request) return **request;
  if (!request && request.error().code() == Errc::invalid_data) {
    // Damaged, but somebody wrote it, so somebody wants an end.
    return StopRequest{AttemptEnd::cancelled, request.error().message(), context_.clock.now()};
  }
  if (!context_.stop_requested || !context_.stop_requested()) return std::nullopt;
  return StopRequest{AttemptEnd::cancelled, "its runner was asked to end", context_.clock.now()};
}

void AttemptSupervisor::end_tree(const ChildProcess& child, Duration grace) {
  const Status ended = end_process_tree(context_.processes, context_.clock, child.identity(),
                                        marker_, grace, child.group());
  if (!child.group().empty()) context_.processes.remove_group(child.group());
  if (!ended) add_note(ended.error().message());
}

void AttemptSupervisor::end_children(const std::string& reason) {
  const Status ended = end_descendants(context_.files, context_.clock, context_.random,
                                       context_.log, intent_.run, reason);
  if (!ended) add_note(fmt::format("delegated runs were not ended: {}", ended.error().message()));
}

void AttemptSupervisor::warn_once(const AttemptTimes& now) {
  if (has_warned_ || !is_warning_due(intent_, now)) return;
  has_warned_ = true;
  const std::string text =
      fmt::format("80 % of its time is used up: {} of {}", format_duration(now.elapsed),
                  format_duration(intent_.timeout_total));
  log(LogLevel::warning, text);
  events_.add("warning", text);
  events_.flush();
}

void AttemptSupervisor::read_output(std::uint64_t bytes_max) {
  const bool out = stdout_.read_new(bytes_max, [this](std::string_view bytes) {
    take_events(stream_->read_stdout(bytes));
    events_.flush();
  });
  const bool error =
      stderr_.read_new(bytes_max, [this](std::string_view bytes) { stream_->read_stderr(bytes); });
  if (out || error) last_output_ = context_.clock.monotonic();
}

void AttemptSupervisor::take_events(const std::vector<AgentEvent>& events) {
  events_.add(events);
  for (const AgentEvent& event : events) {
    if (event.ends_run && hopeless_.empty()) hopeless_ = event.text;
  }
}

AttemptTimes AttemptSupervisor::times() const {
  const Duration now = context_.clock.monotonic();
  AttemptTimes found;
  found.elapsed = now - begin_;
  if (last_output_) found.since_output = now - *last_output_;
  return found;
}

AttemptResult AttemptSupervisor::conclude(const std::optional<ExitStatus>& exit,
                                          const std::optional<StopCause>& cause) {
  // A last line without newline is a line: only now can it not grow any more.
  if (!stdout_.ends_in_newline()) events_.add(stream_->read_stdout("\n"));
  AttemptResult result;
  result.exit = exit;
  result.outcome =
      stream_->finish(exit.value_or(ExitStatus{true, 9}), agent_elapsed_, context_.clock.now());
  result.end = end_of(result.outcome.outcome);
  if (!cause || (cause->keeps_verdict && result.end != AttemptEnd::succeeded)) return result;
  result.end = cause->end;
  result.outcome.outcome = cause->outcome;
  result.outcome.reason = cause->reason;
  result.outcome.limit_reset.reset();
  return result;
}

void AttemptSupervisor::add_note(const std::string& note) {
  log(LogLevel::warning, note);
  if (!note_.empty()) note_ += "; ";
  note_ += note;
}

void AttemptSupervisor::log(LogLevel level, const std::string& message) {
  context_.log.write(level, fmt::format("{} a{}: {}", intent_.run.str(), launch_, message));
}

}  // namespace loop
