// SPDX-License-Identifier: MIT
// The run state that schedules.json shows: collected during a step, written once at its end.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "loop/base/log.h"
#include "loop/domain/schedule_store.h"

namespace loop {

// A failed write keeps what is pending: the next flush tries again. Schedules that were deleted
// meanwhile are passed over.
class Mirror {
 public:
  void set(const ScheduleId& id, const std::string& key, std::optional<FieldValue> value);
  void set_time(const ScheduleId& id, const std::string& key, std::optional<Instant> time);

  bool is_empty() const { return pending_.empty(); }
  Status flush(ScheduleStore& store);

 private:
  std::map<ScheduleId, std::map<std::string, std::optional<FieldValue>>> pending_;
};

}  // namespace loop
