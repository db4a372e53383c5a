// SPDX-License-Identifier: MIT
// Where the schedules of one text stand.
#pragma once

#include <cstdint>
#include <vector>

#include "loop/domain/schedule_book.h"

#include "domain/schedule_book_layout.hpp"

namespace loop {

struct ScheduleBook::Tree {
  JsonTokens tokens;
  std::uint32_t array = 0;              // the value of "schedules"
  std::vector<std::uint32_t> elements;  // by Schedule::position

  JsonSource source(const ScheduleBook& book) const { return {book.bytes_, tokens}; }

  // not_found, naming the id.
  static Result<std::uint32_t> element_of(const ScheduleBook& book, const ScheduleId& id);
};

}  // namespace loop
