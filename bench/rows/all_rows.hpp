// SPDX-License-Identifier: MIT
// Every row of the table, in its order.
#pragma once

#include "harness/row.hpp"

namespace loop::bench {

RowGroup append_rows();
RowGroup command_rows();
RowGroup stdio_rows();
RowGroup timer_rows();

// The table: each file of bench/rows with its line.
inline RowGroup all_rows() {
  RowGroup all;
  for (const auto group : {append_rows, command_rows, stdio_rows, timer_rows}) {
    RowGroup part = group();
    for (Row& row : part.rows) all.rows.push_back(std::move(row));
    for (Growth& growth : part.growths) all.growths.push_back(std::move(growth));
  }
  return all;
}

}  // namespace loop::bench
