// SPDX-License-Identifier: MIT
// Every row of the table, in its order.
#pragma once

#include "harness/row.hpp"

namespace loop::bench {

// The table: each file of bench/rows with its line here and one in all_rows.cpp.
RowGroup append_rows();
RowGroup writers_rows();
RowGroup command_rows();
RowGroup http_rows();
RowGroup list_rows();
RowGroup replace_rows();
RowGroup report_rows();
RowGroup schedules_rows();
RowGroup search_rows();
RowGroup start_rows();
RowGroup status_rows();
RowGroup stdio_rows();
RowGroup stream_rows();
RowGroup timer_rows();

RowGroup all_rows();

}  // namespace loop::bench
