// SPDX-License-Identifier: MIT
// Rules of delegation: names, equality of tasks, and how much time a child gets.
#include "loop/engine/delegation.h"

#include <algorithm>

#include <fmt/format.h>

#include "loop/base/text.h"

namespace loop {

namespace {

constexpr std::string_view kKeyPrefix = "delegate:";

struct TimeBound {
  Duration left{};
  std::string what;
};

void add_until(std::vector<TimeBound>& bounds, Instant end, const DelegationTimes& times,
               std::string what) {
  bounds.push_back({end - times.now, std::move(what)});
}

}  // namespace

ScheduleId delegation_key(const ModeSlug& mode) {
  return ScheduleId(fmt::format("{}{}", kKeyPrefix, mode.str()));
}

bool is_delegation_key(const ScheduleId& schedule) {
  return schedule.str().starts_with(kKeyPrefix);
}

RunId delegated_run_id(const ModeSlug& mode, const std::string& uuid) {
  return RunId(fmt::format("delegate-{}@{}", mode.str(), uuid));
}

std::string normalise_task(std::string_view task) {
  std::string normal;
  for (const char c : to_lower(task)) {
    const bool is_space = c == ' ' || (c >= '\t' && c <= '\r');
    if (!is_space) normal += c;
    if (is_space && !normal.empty() && normal.back() != ' ') normal += ' ';
  }
  while (!normal.empty() && (normal.back() == ' ' || normal.back() == '.')) normal.pop_back();
  return normal;
}

Result<Duration> allowed_time(const DelegationTimes& times) {
  std::vector<TimeBound> bounds;
  bounds.push_back({kDelegationTreeMax, "a tree of runs has at most 2 h"});
  if (times.tree_start) {
    add_until(bounds, *times.tree_start + kDelegationTreeMax, times,
              fmt::format("a tree of runs has at most 2 h, and this one began at {}",
                          format_instant(*times.tree_start)));
  }
  if (times.parent_deadline) {
    bounds.push_back({(*times.parent_deadline - times.now) / 2,
                      fmt::format("a child gets at most half of what its parent has left, and "
                                  "that ends at {}",
                                  format_instant(*times.parent_deadline))});
  }
  if (times.wanted_deadline) {
    add_until(bounds, *times.wanted_deadline, times,
              fmt::format("the deadline is {}", format_instant(*times.wanted_deadline)));
  }
  if (times.wanted > Duration{0}) bounds.push_back({times.wanted, "that is the time limit"});
  const auto least =
      std::min_element(bounds.begin(), bounds.end(),
                       [](const TimeBound& a, const TimeBound& b) { return a.left < b.left; });
  if (least->left >= kDelegationTimeLeast) return least->left;
  return Error(Errc::limit_reached, fmt::format("no time is left for the task: {}", least->what));
}

}  // namespace loop
