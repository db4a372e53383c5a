// SPDX-License-Identifier: MIT
// The JSON forms of a run's files. Keys are stable; unknown ones are ignored, missing ones named.
#pragma once

#include <string>
#include <string_view>

#include "loop/engine/run_record.h"

namespace loop {

std::string format_intent(const RunIntent& intent);
Result<RunIntent> parse_intent(std::string_view text);

std::string format_started(const AttemptStart& start);
Result<AttemptStart> parse_started(std::string_view text);

std::string format_result(const AttemptResult& result);
Result<AttemptResult> parse_result(std::string_view text);

std::string format_stop(const StopRequest& request);
Result<StopRequest> parse_stop(std::string_view text);

}  // namespace loop
