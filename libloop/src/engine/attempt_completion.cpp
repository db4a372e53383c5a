// SPDX-License-Identifier: MIT
// After an attempt: its time row and its result.
#include <fmt/format.h>

#include "attempt_supervisor.hpp"
#include "loop/agents/price_table.h"
#include "loop/base/text.h"

namespace loop {

namespace {

// An ended attempt without result would count as abandoned, so a full disk is waited for a while.
constexpr int kResultTriesMax = 60;
constexpr Duration kResultRetry = std::chrono::seconds{1};
constexpr std::size_t kPromptLineBytesMax = 200;

std::string_view first_line(std::string_view text) {
  for (const std::string_view line : split_lines(text)) {
    if (!is_blank(line)) return trim(line);
  }
  return {};
}

}  // namespace

Status AttemptSupervisor::open_time_row() {
  LOOP_TRY(const auto prompt, directory_.prompt());
  TimeLedger::StartRequest row;
  row.task_id = time_task_id(intent_.run, launch_);
  row.mode = intent_.mode;
  row.task = fmt::format("{}: {}", intent_.schedule_name,
                         ellipsize(to_valid_utf8(first_line(prompt)), kPromptLineBytesMax));
  row.priority = intent_.priority;
  row.start = context_.clock.now();
  LOOP_TRY_VOID(ledger_.start(row));
  has_time_row_ = true;
  return {};
}

void AttemptSupervisor::close_time_row(AttemptResult& result) {
  if (!has_time_row_) return;
  const std::string text =
      result.end == AttemptEnd::succeeded
          ? std::string("completed")
          : fmt::format("{}: {}", to_string(result.end), result.outcome.reason);
  const auto closed = ledger_.stop(time_task_id(intent_.run, launch_), text, result.ended);
  if (!closed) add_note(fmt::format("the time row was not closed: {}", closed.error().message()));
}

Status AttemptSupervisor::finish(AttemptResult result) {
  events_.flush();
  result.started = started_;
  result.ended = context_.clock.now();
  close_time_row(result);
  result.note = note_;
  price_outcome(result.outcome, intent_.model.empty() ? intent_.agent.model : intent_.model,
                intent_.prices);
  log(LogLevel::info,
      fmt::format("{}{}{}", to_string(result.end), result.outcome.reason.empty() ? "" : ": ",
                  result.outcome.reason));

  Status written = directory_.write_result(launch_, result);
  for (int tries = 1; !written && tries < kResultTriesMax; ++tries) {
    if (tries == 1) log(LogLevel::error, written.error().message());
    context_.clock.sleep(kResultRetry);
    written = directory_.write_result(launch_, result);
  }
  return written;
}

Status AttemptSupervisor::finish_unstarted(AttemptEnd end, OutcomeClass outcome,
                                           const std::string& reason) {
  AttemptResult result;
  result.end = end;
  result.outcome.outcome = outcome;
  result.outcome.reason = reason;
  return finish(std::move(result));
}

// A full disk says nothing about the agent: without started.json the launch is tried again later.
// But once that file stands, in whatever way its writing failed, only a result can settle it.
Status AttemptSupervisor::refuse_start(const Error& error, OutcomeClass outcome) {
  const auto start = directory_.started(launch_);
  const bool is_marked = !start || start->has_value();
  if (error.code() == Errc::no_space && !is_marked) return error;
  return finish_unstarted(AttemptEnd::failed, outcome, error.message());
}

}  // namespace loop
