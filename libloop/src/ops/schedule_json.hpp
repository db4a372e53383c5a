// SPDX-License-Identifier: MIT
// A schedule in the answers of operations.
#pragma once

#include <string_view>

#include "loop/domain/schedule_book.h"
#include "loop/engine/history.h"
#include "loop/ops/any_object.h"
#include "loop/ops/schedule_view.h"

namespace loop::ops {

// The word of the state for agents, to whom an expired schedule is an inactive one.
std::string_view status_word(ScheduleState state) noexcept;

// As get_schedule_status answers it. Members that have no value are null.
AnyObject formatted_schedule(const ScheduleView& view, const History& history, Instant now);

// The object as it stands in the file; {"id", "raw_text"} when JSON does not carry it.
AnyObject raw_schedule(const ScheduleBook& book, const Schedule& schedule);

}  // namespace loop::ops
