// SPDX-License-Identifier: MIT
// The heap of what is due.
#include "engine/due_queue.hpp"

#include <algorithm>

#include "loop/base/result.h"

namespace loop {

void DueQueue::reset(std::size_t size) {
  LOOP_CHECK(size < kNowhere);
  heap_.clear();
  places_.assign(size, kNowhere);
}

void DueQueue::reset(std::span<const std::optional<Instant>> instants) {
  reset(instants.size());
  for (std::size_t item = 0; item < instants.size(); ++item) {
    if (!instants[item]) continue;
    places_[item] = static_cast<std::uint32_t>(heap_.size());
    heap_.push_back({*instants[item], static_cast<std::uint32_t>(item)});
  }
  if (heap_.size() < 2) return;
  for (std::size_t place = (heap_.size() - 2) / kChildren + 1; place-- > 0;) {
    sink(place, Due(heap_[place]));
  }
}

void DueQueue::set(std::size_t item, Instant when) {
  LOOP_CHECK(item < places_.size());
  const Due due{when, static_cast<std::uint32_t>(item)};
  if (places_[item] == kNowhere) {
    heap_.push_back(due);
    rise(heap_.size() - 1, due);
    return;
  }
  const std::size_t place = places_[item];
  if (when < heap_[place].when) {
    rise(place, due);
  } else {
    sink(place, due);
  }
}

void DueQueue::erase(std::size_t item) {
  LOOP_CHECK(item < places_.size());
  const std::size_t place = places_[item];
  if (place == kNowhere) return;
  places_[item] = kNowhere;
  const Due last = heap_.back();
  const Instant gone = heap_[place].when;
  heap_.pop_back();
  if (place == heap_.size()) return;
  if (last.when < gone) {
    rise(place, last);
  } else {
    sink(place, last);
  }
}

std::optional<Instant> DueQueue::when(std::size_t item) const {
  LOOP_CHECK(item < places_.size());
  if (places_[item] == kNowhere) return std::nullopt;
  return heap_[places_[item]].when;
}

std::optional<DueQueue::Due> DueQueue::next() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front();
}

std::optional<DueQueue::Due> DueQueue::take_due(Instant now) {
  if (heap_.empty() || heap_.front().when > now) return std::nullopt;
  const Due due = heap_.front();
  erase(due.item);
  return due;
}

void DueQueue::put(std::size_t place, const Due& due) {
  heap_[place] = due;
  places_[due.item] = static_cast<std::uint32_t>(place);
}

void DueQueue::rise(std::size_t place, const Due& due) {
  while (place > 0) {
    const std::size_t parent = (place - 1) / kChildren;
    if (!(due.when < heap_[parent].when)) break;
    put(place, heap_[parent]);
    place = parent;
  }
  put(place, due);
}

void DueQueue::sink(std::size_t place, const Due& due) {
  for (;;) {
    const std::size_t first = place * kChildren + 1;
    if (first >= heap_.size()) break;
    const std::size_t end = std::min(first + kChildren, heap_.size());
    std::size_t least = first;
    for (std::size_t child = first + 1; child < end; ++child) {
      if (heap_[child].when < heap_[least].when) least = child;
    }
    if (!(heap_[least].when < due.when)) break;
    put(place, heap_[least]);
    place = least;
  }
  put(place, due);
}

}  // namespace loop
