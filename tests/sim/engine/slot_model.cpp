// SPDX-License-Identifier: MIT
// Accounting for slots.
#include "sim/engine/slot_model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "loop/domain/slots.h"

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

std::vector<std::string> SlotModel::unaccounted(const Engine& engine, const Zone& zone,
                                                Instant now) const {
  std::vector<std::string> missing;
  for (const Schedule& schedule : engine.book()->schedules()) {
    const bool has_fixed_grid =
        schedule.timing.start.has_value() || schedule.timing.cron.has_value();
    const auto account = accounts_.find(schedule.id.str());
    if (account == accounts_.end() || !has_fixed_grid) continue;
    const SlotAccount& slots = account->second;
    const Instant first = slots.activations.front();
    const auto waiting = engine.history().of(schedule.id).waiting_slot;
    const Instant last = std::min(slots.consumed, now);
    const SlotSequence sequence(schedule.timing, zone, {std::nullopt, std::nullopt, first}, first);
    for (auto slot = sequence.next_after(first); slot && *slot <= last;
         slot = sequence.next_after(*slot)) {
      if (is_accounted(schedule.id.str(), *slot) || waiting == slot) continue;
      missing.push_back(schedule.id.str() + " " + format_instant(*slot));
    }
  }
  return missing;
}

}  // namespace loop::sim
