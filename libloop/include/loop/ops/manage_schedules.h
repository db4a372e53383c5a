// SPDX-License-Identifier: MIT
// The operation that changes schedules.json, and runs a schedule by hand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loop/ops/any_object.h"
#include "loop/ops/operation.h"

namespace loop {

enum class ScheduleAction {
  create,    // of schedule_data
  update,    // the fields in update_fields
  activate,  // never fires at once
  deactivate,
  remove,   // "delete"
  pause,    // until resume; a run that lives goes on
  resume,   // and makes it active
  trigger,  // runs it now; changes nothing in the file itself
};

struct ManageSchedulesRequest {
  ScheduleAction action = ScheduleAction::create;
  // Keys as schedule_fields() lists them, in camelCase or snake_case; those of "loop" nested, or
  // with a dot.
  std::optional<AnyObject> schedule_data;
  std::optional<std::string> schedule_id;  // id or exact name
  std::optional<AnyObject> update_fields;
};

struct ManageSchedulesAnswer {
  ScheduleAction action = ScheduleAction::create;
  std::string schedule_id;
  bool is_changed = false;              // false: the file said so already, and was not written
  AnyObject schedule;                   // as it stands in the file; of a deleted one, as it stood
  std::string status;                   // as get_schedule_status has it; "deleted"
  std::vector<Instant> next;            // the coming 5 slots
  std::vector<std::string> warnings;    // odd but usable values
  std::optional<std::string> backup{};  // of the file before; nothing when nothing was written
  std::optional<std::string> run_id{};  // of trigger
  std::optional<std::string> run_phase{};
};

// Durable before it returns, and only the bytes concerned change. Refused before anything is
// written: a wrong value or an unknown field (invalid_argument, with what is allowed), an unknown
// mode or schedule (not_found), a schedule that could never run.
Result<ManageSchedulesAnswer> manage_schedules(const OperationContext& context,
                                               const ManageSchedulesRequest& request);

}  // namespace loop
