// SPDX-License-Identifier: MIT
// Summing attempts.
#include "loop/engine/cost_report.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace loop {

namespace {

// What the claim said of a run, for its attempts.
struct Claim {
  std::string agent, mode;
};

void add(CostSum& sum, const JournalEntry& ended) {
  ++sum.attempts;
  if (ended.cost_basis == AgentCost::Basis::unknown) ++sum.attempts_of_unknown_cost;
  if (ended.is_cost_partial) ++sum.attempts_of_partial_cost;
  sum.usage += ended.usage;
  sum.usd_micros += ended.cost_usd_micros;
  sum.busy += ended.duration;
}

bool is_within(Instant time, const CostFilter& filter) {
  return (!filter.since || time >= *filter.since) && (!filter.until || time < *filter.until);
}

constexpr std::size_t kDateLength = 10;

std::string key_of(const JournalEntry& ended, const Claim& claim, CostGrouping grouping) {
  switch (grouping) {
    case CostGrouping::agent: return claim.agent;
    case CostGrouping::mode: return claim.mode;
    case CostGrouping::schedule: return ended.schedule.str();
    case CostGrouping::day: return format_instant(ended.time).substr(0, kDateLength);
  }
  return {};
}

}  // namespace

CostReport report_cost(std::span<const JournalEntry> journal, const CostFilter& filter,
                       CostGrouping grouping) {
  std::map<RunId, Claim> claims;
  std::map<std::string, CostSum> groups;
  CostReport report;
  for (const JournalEntry& entry : journal) {
    if (entry.event == JournalEvent::claimed) claims[entry.run] = {entry.agent, entry.mode};
    if (entry.event != JournalEvent::attempt_ended || !is_within(entry.time, filter)) continue;
    add(report.total, entry);
    add(groups[key_of(entry, claims[entry.run], grouping)], entry);
  }
  for (auto& [key, sum] : groups) {
    sum.key = key;
    report.groups.push_back(std::move(sum));
  }
  std::ranges::stable_sort(report.groups, [](const CostSum& a, const CostSum& b) {
    return std::tuple(-a.usd_micros, -a.usage.total()) <
           std::tuple(-b.usd_micros, -b.usage.total());
  });
  return report;
}

}  // namespace loop
