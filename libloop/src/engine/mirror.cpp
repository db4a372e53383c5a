// SPDX-License-Identifier: MIT
// Writing the mirror fields.
#include "engine/mirror.hpp"

namespace loop {

void Mirror::set(const ScheduleId& id, const std::string& key, std::optional<FieldValue> value) {
  pending_[id][key] = std::move(value);
}

void Mirror::set_time(const ScheduleId& id, const std::string& key, std::optional<Instant> time) {
  std::optional<FieldValue> value;
  if (time) value = format_instant(*time);
  set(id, key, std::move(value));
}

Status Mirror::flush(ScheduleStore& store) {
  if (pending_.empty()) return {};
  const auto change = [&](const ScheduleBook& present) -> Result<std::string> {
    std::optional<ScheduleBook> edited;
    for (const auto& [id, fields] : pending_) {
      const ScheduleBook& book = edited ? *edited : present;
      if (book.find(id) == nullptr) continue;
      // Roo Scheduler's own order of the fields, so that new ones look as if it had appended them.
      std::vector<FieldChange> changes;
      for (const char* key : {"active", "lastExecutionTime", "lastSkippedTime", "lastTaskId",
                              "nextExecutionTime", "loop.paused", "loop.note"}) {
        const auto field = fields.find(key);
        if (field != fields.end()) changes.push_back({key, field->second});
      }
      LOOP_TRY(std::string text, book.with_changes(id, changes));
      LOOP_TRY(edited, ScheduleBook::parse(std::move(text)));
    }
    return edited ? edited->bytes() : present.bytes();
  };
  LOOP_TRY_VOID(store.update(change, BackupBefore::no));
  pending_.clear();
  return {};
}

}  // namespace loop
