// SPDX-License-Identifier: MIT
// Accounting for slots.
#include "sim/engine/slot_model.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace loop::sim {

void SlotModel::read(const std::vector<JournalEntry>& entries) {
  for (const JournalEntry& entry : entries) {
    if (entry.schedule.empty()) continue;
    SlotAccount& account = accounts_[entry.schedule.str()];
    const auto complain = [&](const char* what) {
      complaints_.push_back(
          fmt::format("{} slot {}: {}", entry.schedule.str(), format_instant(*entry.slot), what));
    };
    switch (entry.event) {
      case JournalEvent::activated: account.activations.push_back(entry.time); break;
      case JournalEvent::claimed:
        if (!entry.slot) break;
        if (account.excused.contains(*entry.slot)) complain("claimed although it was excused");
        if (!account.claimed.insert(*entry.slot).second) complain("claimed twice");
        account.consumed = std::max(account.consumed, *entry.slot);
        break;
      case JournalEvent::missed:
      case JournalEvent::skipped:
      case JournalEvent::expired:
      case JournalEvent::folded:
        if (!entry.slot) break;
        if (account.claimed.contains(*entry.slot)) complain("excused although it was claimed");
        if (!account.excused.emplace(*entry.slot, entry.reason).second) complain("excused twice");
        if (entry.count > 1) account.excused_ranges.emplace_back(account.consumed, *entry.slot);
        account.consumed = std::max(account.consumed, *entry.slot);
        break;
      default: break;
    }
  }
}

bool SlotModel::is_accounted(const std::string& schedule, Instant slot) const {
  const auto found = accounts_.find(schedule);
  if (found == accounts_.end()) return false;
  const SlotAccount& account = found->second;
  if (account.claimed.contains(slot) || account.excused.contains(slot)) return true;
  return std::any_of(account.excused_ranges.begin(), account.excused_ranges.end(),
                     [&](const auto& range) { return range.first < slot && slot <= range.second; });
}

}  // namespace loop::sim
