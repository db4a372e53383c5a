// SPDX-License-Identifier: MIT
// Run ids: `<schedule>@<slot>`, the same for everyone who computes them, so that one slot has one
// run.
#pragma once

#include <optional>
#include <string>

#include "loop/base/ids.h"
#include "loop/base/time.h"

namespace loop {

// "1761482303261@20251101T063800Z". Bytes of the schedule's id other than [A-Za-z0-9._-] are
// percent-encoded (so is a leading dot); an id over 100 bytes then is cut and ends in 16 hex digits
// of its hash. The result is one valid path component.
RunId slot_run_id(const ScheduleId& schedule, Instant slot);

// "…@manual-<uuid>" for a run by hand.
RunId manual_run_id(const ScheduleId& schedule, const std::string& uuid);

// The slot of a slot run id; nothing for a manual one.
std::optional<Instant> slot_of(const RunId& run);

}  // namespace loop
