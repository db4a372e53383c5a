// SPDX-License-Identifier: MIT
// schedules.json: a no-op keeps every byte, an edit re-parses and touches one schedule only.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "loop/domain/schedule_book.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto book = loop::ScheduleBook::parse(text);
  if (!book) return 0;
  LOOP_CHECK(book->bytes() == text);
  for (const loop::Schedule& schedule : book->schedules()) {
    if (book->find(schedule.id) != &schedule) continue;
    const auto same = book->with_changes(schedule.id, std::vector<loop::FieldChange>{});
    LOOP_CHECK(same && *same == text);
    const std::vector<loop::FieldChange> change{
        {"lastTaskId", loop::FieldValue{std::string("run")}}};
    const auto edited = book->with_changes(schedule.id, change);
    LOOP_CHECK(edited.has_value());
    const auto again = loop::ScheduleBook::parse(*edited);
    LOOP_CHECK(again && again->schedules().size() == book->schedules().size());
    LOOP_CHECK(again->find(schedule.id)->mirror.last_task_id == "run");
  }
  return 0;
}
