// SPDX-License-Identifier: MIT
// A short model that reads the journal and says of every slot whether it ran once or has a reason.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "loop/engine/engine.h"
#include "loop/engine/journal.h"

namespace loop::sim {

// What became of the slots of one schedule.
struct SlotAccount {
  std::set<Instant> claimed;
  std::map<Instant, std::string> excused;                   // missed, skipped, folded, expired
  std::vector<std::pair<Instant, Instant>> excused_ranges;  // "all slots after first, up to second"
  std::vector<Instant> activations;
  Instant consumed{};
};

class SlotModel {
 public:
  void read(const std::vector<JournalEntry>& entries);

  // Complaints; empty when all is well: two claims of one slot, a slot both claimed and excused.
  const std::vector<std::string>& complaints() const { return complaints_; }

  // Whether the slot has been claimed or excused.
  bool is_accounted(const std::string& schedule, Instant slot) const;
  // The slots of schedules with a fixed grid that have come, from the first activation on, and are
  // not accounted for; one that waits at the end has its reason in the journal, too.
  std::vector<std::string> unaccounted(const Engine& engine, const Zone& zone, Instant now) const;
  const std::map<std::string, SlotAccount>& accounts() const { return accounts_; }

 private:
  std::map<std::string, SlotAccount> accounts_;
  std::vector<std::string> complaints_;
};

}  // namespace loop::sim
