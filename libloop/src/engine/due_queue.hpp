// SPDX-License-Identifier: MIT
// What is due next among many: an indexed heap of instants.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "loop/base/time.h"

namespace loop {

// Items are indices below `size()`; each has at most one instant. Four children a node: half the
// depth of a binary heap, and the children of a node lie in one or two cache lines. 20 bytes an
// item. Which of two equal instants comes first is not said.
class DueQueue {
 public:
  struct Due {
    Instant when;
    std::uint32_t item;
  };

  // Forgets everything; from now on the items are those below `size`.
  void reset(std::size_t size);
  // The same with an instant for each item that has one, in linear time.
  void reset(std::span<const std::optional<Instant>> instants);

  // Inserts the item, or moves it.
  void set(std::size_t item, Instant when);
  // Nothing happens when it is not there.
  void erase(std::size_t item);

  std::optional<Instant> when(std::size_t item) const;
  // The earliest; nothing when none has an instant. Constant time.
  std::optional<Due> next() const;
  // Removes the earliest and gives it, if it is not later than `now`.
  std::optional<Due> take_due(Instant now);

  std::size_t size() const { return places_.size(); }
  std::size_t count() const { return heap_.size(); }

 private:
  static constexpr std::uint32_t kNowhere = UINT32_MAX;
  static constexpr std::size_t kChildren = 4;

  void put(std::size_t place, const Due& due);
  void rise(std::size_t place, const Due& due);
  void sink(std::size_t place, const Due& due);

  std::vector<Due> heap_;
  std::vector<std::uint32_t> places_;  // in heap_, by item
};

}  // namespace loop
