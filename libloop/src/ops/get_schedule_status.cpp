// SPDX-License-Identifier: MIT
// How the schedules stand, by the file and the journal.
#include "loop/ops/get_schedule_status.h"

#include "loop/domain/schedule_edit.h"
#include "loop/domain/schedule_store.h"
#include "ops/described_operation.hpp"
#include "ops/schedule_json.hpp"

#include <algorithm>

namespace loop {

template <class Visitor>
void describe(Visitor& visit, GetScheduleStatusRequest& request) {
  using ops::field;
  visit(field("schedule_id", request.schedule_id, "id or exact name").told());
  visit(field("include_inactive", request.include_inactive, "inactive and expired ones too"));
  visit(field("format_output", request.format_output, "false: as in the file").told());
  visit(field("limit", request.limit, "schedules a page").range(1, kSchedulesPageMax));
  visit(field("offset", request.offset, "next_offset of the page before").range(0, 1'000'000'000));
}

template <class Visitor>
void describe(Visitor& visit, GetScheduleStatusAnswer& answer) {
  using ops::field;
  visit(field("schedules", answer.schedules,
              "id, name, mode, status, next slots, last run and so on; or as in the file")
            .required());
  visit(field("total_schedules", answer.total_schedules, "in the file").required());
  visit(field("active_schedules", answer.active_schedules, "with active true").required());
  visit(field("next_offset", answer.next_offset, "offset of the next page; absent on the last"));
}

namespace {

bool is_shown(const ScheduleView& view, const GetScheduleStatusRequest& request,
              const Schedule* wanted) {
  if (wanted != nullptr) return view.schedule == wanted;
  if (request.include_inactive) return true;
  return view.state != ScheduleState::inactive && view.state != ScheduleState::expired;
}

// Fills the page; the rest is for the next one.
void add_page(const ScheduleBook& book, const std::vector<const ScheduleView*>& shown,
              const History& history, Instant now, const GetScheduleStatusRequest& request,
              GetScheduleStatusAnswer& answer) {
  const auto begin = std::min(static_cast<std::size_t>(request.offset), shown.size());
  std::size_t bytes = 0;
  for (std::size_t i = begin; i < shown.size(); ++i) {
    AnyObject object = request.format_output ? ops::formatted_schedule(*shown[i], history, now)
                                             : ops::raw_schedule(book, *shown[i]->schedule);
    bytes += object.json.size();
    const bool is_full = answer.schedules.size() == static_cast<std::size_t>(request.limit) ||
                         (!answer.schedules.empty() && bytes > kSchedulesPageBytesMax);
    if (is_full) {
      answer.next_offset = static_cast<std::int64_t>(i);
      return;
    }
    answer.schedules.push_back(std::move(object));
  }
}

}  // namespace

Result<GetScheduleStatusAnswer> get_schedule_status(const OperationContext& context,
                                                    const GetScheduleStatusRequest& request) {
  const EngineContext& services = context.services;
  ScheduleStore store(services.files, services.clock, services.random, services.log);
  LOOP_TRY(const ScheduleBook* book, store.load());
  const Schedule* wanted = nullptr;
  if (request.schedule_id) {
    LOOP_TRY(wanted, require_schedule(*book, *request.schedule_id));
  }
  LOOP_TRY(const History history, settled_history(services, context.engine));
  const Instant now = context.now();
  const auto views = view_schedules(*book, history, context.engine.zone, now, kNextSlotsShown);

  GetScheduleStatusAnswer answer;
  std::vector<const ScheduleView*> shown;
  for (const ScheduleView& view : views) {
    ++answer.total_schedules;
    if (view.schedule->active) ++answer.active_schedules;
    if (is_shown(view, request, wanted)) shown.push_back(&view);
  }
  add_page(*book, shown, history, now, request, answer);
  return answer;
}

namespace {

constexpr OperationInfo kInfo{
    .name = "get_schedule_status",
    .title = "Look at the schedules",
    .meaning =
        "When schedules are due, which run, wait, are paused or escalated, and how each last run "
        "went. For a run's output use get_run; to change schedules manage_schedules.",
    .group = OperationGroup::orchestrator,
    .hints = {.is_read_only = true, .is_idempotent = true},
};

}  // namespace

}  // namespace loop

LOOP_DEFINE_OPERATION(get_schedule_status, loop::kInfo)
