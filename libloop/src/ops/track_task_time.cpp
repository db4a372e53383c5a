// SPDX-License-Identifier: MIT
// Starting and ending the time of a task.
#include "loop/ops/track_task_time.h"

#include "loop/base/sha256.h"
#include "loop/base/text.h"
#include "ops/current_mode.hpp"
#include "ops/described_operation.hpp"
#include "ops/priority_words.hpp"

#include <fmt/format.h>

namespace loop {

template <class Visitor>
void describe(Visitor& visit, TrackTaskTimeRequest& request) {
  using ops::field;
  visit(field("task_description", request.task_description, "what is worked on")
            .required()
            .range(1, 4096));
  visit(field("mode", request.mode, "slug of the mode at work; the current one when not given"));
  visit(field("priority", request.priority,
              "schedule: scheduled work; todo: planned, flagged after an hour"));
  visit(field("start_tracking", request.start_tracking, "false ends it; needs task_id").told());
  visit(field("task_id", request.task_id, "id of the task; needed to end it, else chosen here")
            .range(1, 256));
  visit(field("result", request.result, "how it ended").range(0, 4096));
  visit(field("operation_id", request.operation_id, "the same id is recorded once")
            .told()
            .range(1, 200));
}

template <class Visitor>
void describe(Visitor& visit, TrackTaskTimeAnswer& answer) {
  using ops::field;
  visit(field("task_id", answer.task_id, "id for the call that ends the task").required());
  visit(field("mode", answer.mode, "its mode"));
  visit(field("priority", answer.priority, "its priority"));
  visit(field("start_time", answer.start_time, "when it began"));
  visit(field("end_time", answer.end_time, "when it ended"));
  visit(field("duration", answer.duration_s, "seconds"));
  visit(field("overdue", answer.is_overdue, "a todo task that took over an hour"));
}

namespace {

// The same call again finds the row of the first one.
TaskId id_of_start(const OperationContext& context, const TrackTaskTimeRequest& request) {
  if (request.task_id) return *request.task_id;
  constexpr std::size_t kHashLength = 32;
  if (request.operation_id) {
    return TaskId("op-" + sha256_hex(*request.operation_id).substr(0, kHashLength));
  }
  return TaskId(make_uuid(context.services.random));
}

TrackTaskTimeAnswer answer_of(const TimeEntry& entry) {
  return {.task_id = entry.task_id,
          .mode = entry.mode,
          .priority = entry.priority,
          .start_time = entry.start,
          .end_time = entry.end,
          .duration_s = entry.duration_s,
          .is_overdue = entry.priority == to_string(Priority::todo) &&
                        entry.duration_s.value_or(0) > kTodoSecondsMax};
}

Result<TrackTaskTimeAnswer> start(const OperationContext& context,
                                  const TrackTaskTimeRequest& request, TimeLedger& ledger) {
  if (request.result) {
    return Error(Errc::invalid_argument,
                 "argument \"result\" goes with the end of a task (start_tracking: false)");
  }
  if (is_blank(to_single_line(request.task_description))) {
    return Error(Errc::invalid_argument,
                 "argument \"task_description\" is blank: say what is worked on");
  }
  LOOP_TRY(const ModeSlug mode, ops::mode_or_current(context, request.mode));
  const TaskId id = id_of_start(context, request);
  LOOP_TRY(const TimeEntry entry, ledger.start({.task_id = id,
                                                .mode = mode,
                                                .task = request.task_description,
                                                .priority = request.priority,
                                                .start = context.now()}));
  return answer_of(entry);
}

Result<TrackTaskTimeAnswer> stop(const OperationContext& context,
                                 const TrackTaskTimeRequest& request, TimeLedger& ledger) {
  if (!request.task_id) {
    return Error(Errc::invalid_argument,
                 "argument \"task_id\" is missing: the id that starting the task answered");
  }
  auto entry = ledger.stop(*request.task_id, request.result.value_or("completed"), context.now());
  if (!entry && entry.error().code() == Errc::conflict && request.operation_id) {
    entry = ledger.find(*request.task_id);  // the first call did it
  }
  if (!entry) return std::move(entry).error();
  return answer_of(*entry);
}

}  // namespace

Result<TrackTaskTimeAnswer> track_task_time(const OperationContext& context,
                                            const TrackTaskTimeRequest& request) {
  TimeLedger& ledger = context.time;
  return request.start_tracking ? start(context, request, ledger) : stop(context, request, ledger);
}

namespace {

constexpr OperationInfo kInfo{
    .name = "track_task_time",
    .title = "Track the time of a task",
    .meaning =
        "Starts or ends a task in task_timing.tsv, durably: before and after each piece of your "
        "own work. Starting answers the task_id that ending it needs.",
    .group = OperationGroup::orchestrator,
    .hints = {.is_destructive = false},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(track_task_time, loop::kInfo)
