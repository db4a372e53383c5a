// SPDX-License-Identifier: MIT
// When an attempt has had its time: a pure rule over durations.
#pragma once

#include <optional>
#include <string>

#include "loop/engine/run_record.h"

namespace loop {

struct AttemptTimes {
  Duration elapsed{};
  std::optional<Duration> since_output;  // nothing: no output yet
};

// Why and how an attempt is to be ended.
struct StopCause {
  AttemptEnd end = AttemptEnd::failed;
  OutcomeClass outcome = OutcomeClass::killed;
  std::string reason;
  Duration grace{};
  bool keeps_verdict = false;  // the agent's stream tells the class and the reason
};

inline constexpr std::uint64_t kOutputBytesMax = 256ull * 1024 * 1024;

// The first limit that is used up; 0 in the intent means no limit.
std::optional<StopCause> find_used_up(const RunIntent& limits, const AttemptTimes& times);

std::optional<StopCause> find_too_much_output(const RunIntent& limits, std::uint64_t bytes);

StopCause to_stop_cause(const StopRequest& request, Duration grace);

// At 80 % of the total time.
bool is_warning_due(const RunIntent& limits, const AttemptTimes& times);

}  // namespace loop
