// SPDX-License-Identifier: MIT
// A run as operations answer it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "loop/engine/history.h"

namespace loop {

struct RunAnswer {
  RunId id;
  ScheduleId schedule;
  std::string state;  // word of RunPhase; of a finished run the word of its end
  std::string agent;
  std::string mode;
  std::optional<Instant> slot;
  std::optional<Instant> started;
  std::optional<Instant> ended;
  std::optional<Instant> until;  // when a retrying or parked run goes on
  int attempt = 0;
  std::int64_t busy_ms = 0;
  std::int64_t tokens = 0;
  std::int64_t cost_usd_micros = 0;
  std::string reason;
};

RunAnswer run_answer(const RunSummary& run);

}  // namespace loop
