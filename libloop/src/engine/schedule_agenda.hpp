// SPDX-License-Identifier: MIT
// Which schedules a step of the engine has to look at, and when the next one is due for a look.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/due_queue.hpp"
#include "loop/domain/schedule_book.h"

namespace loop {

// When a schedule that stays as it is needs a look again.
struct NextLook {
  std::optional<Instant> at;
  bool at_every_step = false;  // what it waits for is not its own: a place, others' runs
};

// A schedule is looked at when its time has come or the journal says something new of it, and all
// are when schedules.json was read anew, the clock was set back or the zone changed. Until close()
// whatever was to be looked at stays so: a step that fails loses nothing. Schedules are named by
// their position in the book; those that cannot be found by their id are none of ours.
class ScheduleAgenda {
 public:
  // `version` tells one reading of schedules.json from the next. To be called again whenever the
  // book may have changed: between two calls in one step nothing is forgotten.
  void open(const ScheduleBook& book, std::uint64_t version, Instant now);
  void add_all();
  void add(const std::set<ScheduleId>& changed);

  // Ascending.
  std::span<const std::uint32_t> positions();
  bool has_all() const { return has_all_; }
  // Those given to add() since the last close(), also ones that are in no book.
  const std::set<ScheduleId>& changed() const { return changed_; }
  bool contains(const ScheduleId& id) const { return by_id_.contains(id.str()); }

  void plan(std::uint32_t position, const NextLook& look);
  std::optional<Instant> next() const;

  // Every position has been looked at and planned.
  void close();

 private:
  void index(const ScheduleBook& book);
  void add(std::uint32_t position);

  std::uint64_t version_ = 0;
  bool has_index_ = false;
  Instant opened_{};
  std::unordered_map<std::string, std::uint32_t> by_id_;
  DueQueue queue_;
  std::set<std::uint32_t> at_every_step_;
  std::vector<bool> is_added_;  // by position
  std::vector<std::uint32_t> added_;
  bool is_sorted_ = true;
  bool has_all_ = false;
  std::set<ScheduleId> changed_;
};

}  // namespace loop
