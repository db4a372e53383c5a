// SPDX-License-Identifier: MIT
// Appending to the journal and folding it.
#include "engine/run_ledger.hpp"

namespace loop {

Status RunLedger::pull() {
  LOOP_TRY(const auto entries, journal_.read_new());
  for (const JournalEntry& entry : entries) {
    history_.apply(entry);
    if (!entry.schedule.empty()) changed_.insert(entry.schedule);
  }
  return {};
}

Status RunLedger::record(const std::vector<JournalEntry>& entries) {
  if (entries.empty()) return {};
  LOOP_TRY_VOID(journal_.append_all(entries));
  return pull();
}

}  // namespace loop
