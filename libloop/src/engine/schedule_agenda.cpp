// SPDX-License-Identifier: MIT
// Keeping the schedules that a step looks at.
#include "engine/schedule_agenda.hpp"

#include <algorithm>
#include <utility>

namespace loop {

void ScheduleAgenda::open(const ScheduleBook& book, std::uint64_t version, Instant now) {
  const bool is_new = !has_index_ || version != version_;
  if (is_new) index(book);
  version_ = version;
  // What lay ahead may lie behind now, and the reverse.
  const bool is_set_back = now < std::exchange(opened_, now);
  if (is_new || is_set_back) add_all();
  while (const auto due = queue_.take_due(now)) add(due->item);
  for (const std::uint32_t position : at_every_step_) add(position);
}

void ScheduleAgenda::index(const ScheduleBook& book) {
  has_index_ = true;
  by_id_.clear();
  const auto schedules = book.schedules();
  for (std::size_t position = 0; position < schedules.size(); ++position) {
    if (schedules[position].id.empty()) continue;
    // The first of two with one id is the one that is meant.
    by_id_.try_emplace(schedules[position].id.str(), static_cast<std::uint32_t>(position));
  }
  queue_.reset(schedules.size());
  at_every_step_.clear();
  is_added_.assign(schedules.size(), false);
  added_.clear();
}

void ScheduleAgenda::add_all() {
  has_all_ = true;
  for (const auto& [id, position] : by_id_) add(position);
}

void ScheduleAgenda::add(const std::set<ScheduleId>& changed) {
  for (const ScheduleId& id : changed) {
    changed_.insert(id);
    const auto known = by_id_.find(id.str());
    if (known != by_id_.end()) add(known->second);
  }
}

void ScheduleAgenda::add(std::uint32_t position) {
  if (is_added_[position]) return;
  is_added_[position] = true;
  is_sorted_ = is_sorted_ && (added_.empty() || added_.back() < position);
  added_.push_back(position);
}

std::span<const std::uint32_t> ScheduleAgenda::positions() {
  if (!is_sorted_) std::sort(added_.begin(), added_.end());
  is_sorted_ = true;
  return added_;
}

void ScheduleAgenda::plan(std::uint32_t position, const NextLook& look) {
  if (look.at) {
    queue_.set(position, *look.at);
  } else {
    queue_.erase(position);
  }
  if (look.at_every_step) {
    at_every_step_.insert(position);
  } else {
    at_every_step_.erase(position);
  }
}

std::optional<Instant> ScheduleAgenda::next() const {
  const auto due = queue_.next();
  return due ? std::optional(due->when) : std::nullopt;
}

void ScheduleAgenda::close() {
  for (const std::uint32_t position : added_) is_added_[position] = false;
  added_.clear();
  is_sorted_ = true;
  has_all_ = false;
  changed_.clear();
}

}  // namespace loop
