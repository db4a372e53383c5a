// SPDX-License-Identifier: MIT
// What runs have used and cost, summed from the journal: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "loop/engine/journal.h"

namespace loop {

// By UTC day.
enum class CostGrouping { agent, mode, schedule, day };

struct CostFilter {
  std::optional<Instant> since, until;  // by the end of the attempt: since <= end < until
};

// An attempt of unknown cost adds nothing to `usd_micros`: it is counted, never guessed.
struct CostSum {
  std::string key;
  std::int64_t attempts = 0;
  std::int64_t attempts_of_unknown_cost = 0;
  std::int64_t attempts_of_partial_cost = 0;  // the stream stopped before the final figure
  TokenUsage usage;
  std::int64_t usd_micros = 0;
  Duration busy{};
};

struct CostReport {
  CostSum total;
  std::vector<CostSum> groups;  // by falling cost, then tokens, then key
};

CostReport report_cost(std::span<const JournalEntry> journal, const CostFilter& filter,
                       CostGrouping grouping);

}  // namespace loop
