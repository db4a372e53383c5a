// SPDX-License-Identifier: MIT
// The limits of an attempt, and the causes for ending it.
#include "attempt_limits.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace loop {

namespace {

// A program that floods its log is not given long to go on.
constexpr Duration kFloodGrace = std::chrono::seconds{2};

bool is_used_up(Duration limit, Duration used) { return limit > Duration{0} && used >= limit; }

}  // namespace

std::optional<StopCause> find_used_up(const RunIntent& limits, const AttemptTimes& times) {
  const auto stop = [&](AttemptEnd end, const char* what, Duration limit) {
    return StopCause{end, OutcomeClass::limit, fmt::format("{} {}", what, format_duration(limit)),
                     limits.kill_grace};
  };
  if (is_used_up(limits.timeout_total, times.elapsed)) {
    return stop(AttemptEnd::timed_out, "it ran longer than", limits.timeout_total);
  }
  if (!times.since_output && is_used_up(limits.timeout_startup, times.elapsed)) {
    return stop(AttemptEnd::timed_out, "it said nothing within", limits.timeout_startup);
  }
  if (is_used_up(limits.timeout_idle, times.since_output.value_or(times.elapsed))) {
    return stop(AttemptEnd::stalled, "it has said nothing for", limits.timeout_idle);
  }
  return std::nullopt;
}

std::optional<StopCause> find_too_much_output(const RunIntent& limits, std::uint64_t bytes) {
  if (bytes <= kOutputBytesMax) return std::nullopt;
  return StopCause{AttemptEnd::failed, OutcomeClass::limit,
                   fmt::format("it wrote more than {} MiB of output", kOutputBytesMax >> 20),
                   std::min(limits.kill_grace, kFloodGrace)};
}

StopCause to_stop_cause(const StopRequest& request, Duration grace) {
  const auto cause = [&](AttemptEnd end, OutcomeClass outcome) {
    return StopCause{end, outcome, request.reason, grace};
  };
  switch (request.as) {
    case AttemptEnd::interrupted: return cause(AttemptEnd::interrupted, OutcomeClass::killed);
    case AttemptEnd::stalled: return cause(AttemptEnd::stalled, OutcomeClass::limit);
    case AttemptEnd::cancelled:
    case AttemptEnd::succeeded:
    case AttemptEnd::failed:
    case AttemptEnd::timed_out:
    case AttemptEnd::limited:
    case AttemptEnd::abandoned: break;  // nobody may ask for these ends
  }
  return cause(AttemptEnd::cancelled, OutcomeClass::killed);
}

bool is_warning_due(const RunIntent& limits, const AttemptTimes& times) {
  return is_used_up(limits.timeout_total * 4 / 5, times.elapsed);
}

}  // namespace loop
