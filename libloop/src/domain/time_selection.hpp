// SPDX-License-Identifier: MIT
// The rows of a large table that a filter can be about, without taking all of it apart.
#pragma once

#include <cstddef>
#include <cstdint>

#include "domain/line_blocks.hpp"
#include "loop/domain/time_ledger.h"

namespace loop {

struct SelectionLimits {
  std::size_t block_bytes = 256 * 1024;              // of one read
  std::uint64_t rows_bytes_max = 256 * 1024 * 1024;  // of the rows that are taken apart
};

// Of the table the rows of every task that may match the filter, in their order, and what is
// unreadable. pair_entries and report give the same for it as for the whole table, for this filter.
// `row_count` is of all readable rows. A last line without newline counts when it is a whole row.
// `too_large` when more rows may match than the limit allows, `conflict` when the file was changed
// meanwhile other than by appending. `size_bytes` is about the size of the file.
Result<TimeTable> select_time_rows(const ReadAt& read_at, std::uint64_t size_bytes,
                                   const TimeFilter& filter, const SelectionLimits& limits = {});

}  // namespace loop
