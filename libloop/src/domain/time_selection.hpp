// SPDX-License-Identifier: MIT
// The rows of a large table that a filter can be about, without taking all of it apart.
#pragma once

#include <string_view>

#include "loop/domain/time_ledger.h"

namespace loop {

// Of `tsv` the rows of every task that may match the filter, in their order, and what is
// unreadable. pair_entries and report give the same for it as for parse_time_table(tsv), for this
// filter. `row_count` is of all readable rows.
TimeTable select_time_rows(std::string_view tsv, const TimeFilter& filter);

}  // namespace loop
