// SPDX-License-Identifier: MIT
// Making, changing and naming schedules: the rules that every front-end shares.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loop/domain/modes.h"
#include "loop/domain/schedule_book.h"

namespace loop {

// By id or exact name. not_found with a suggestion among ids and names; conflict when several have
// the name.
Result<const Schedule*> require_schedule(const ScheduleBook& book, std::string_view id_or_name);

// The fields of a new schedule, checked: what the form of Roo Scheduler writes, in its order, the
// given ones in place of its defaults, then the extensions. Name and instructions have to be given;
// the mode has to be a known one (not_found).
Result<std::vector<FieldChange>> fields_of_new_schedule(std::vector<FieldChange> given,
                                                        const ModeBook& modes);

// Changes of a schedule that exists, checked: at least one; the mode has to be a known one.
Result<std::vector<FieldChange>> checked_changes(std::vector<FieldChange> given,
                                                 const ModeBook& modes);

// The agent that the fields name, if it is not among `known`: an error that says so. A file may
// name an agent of another machine, so it is the caller who decides what that means.
std::optional<Error> unknown_agent(std::span<const FieldChange> fields,
                                   const std::vector<std::string>& known);

// The whole new text with a schedule of these checked fields, its id and its times. The id is free
// and, as Roo Scheduler has it, the time in milliseconds. invalid_argument when the schedule could
// never run.
struct NewSchedule {
  ScheduleId id;
  std::string text;
};
Result<NewSchedule> with_new_schedule(const ScheduleBook& book, std::span<const FieldChange> fields,
                                      Instant now);

// The whole new text with these checked changes, and `updatedAt` when anything differs.
// invalid_argument when a schedule that could run never could again; one that is invalid already
// may be mended step by step.
Result<std::string> with_edit(const ScheduleBook& book, const ScheduleId& id,
                              std::span<const FieldChange> changes, Instant now);

// What may be done to a schedule in one word. resume ends a pause and makes it active.
enum class ScheduleSwitch { activate, deactivate, pause, resume };
std::vector<FieldChange> changes_of(ScheduleSwitch turn);

}  // namespace loop
