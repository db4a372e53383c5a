// SPDX-License-Identifier: MIT
// The order of the table.
#include "rows/all_rows.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace loop::bench {

RowGroup all_rows() {
  static constexpr RowGroup (*kGroups[])() = {
      append_rows,     //
      writers_rows,    //
      stdio_rows,      //
      http_rows,       //
      stream_rows,     //
      command_rows,    //
      timer_rows,      //
      start_rows,      //
      replace_rows,    //
      status_rows,     //
      report_rows,     //
      schedules_rows,  //
      search_rows,     //
      list_rows,       //
  };
  RowGroup all;
  for (const auto group : kGroups) {
    RowGroup part = group();
    std::ranges::move(part.rows, std::back_inserter(all.rows));
    std::ranges::move(part.growths, std::back_inserter(all.growths));
  }
  return all;
}

}  // namespace loop::bench
