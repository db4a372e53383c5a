// SPDX-License-Identifier: MIT
// task_timing.tsv: every line is a row or named as unreadable; pairing never makes rows up.
#include <cstddef>
#include <cstdint>

#include "loop/base/result.h"
#include "loop/domain/time_ledger.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto table = loop::parse_time_table({reinterpret_cast<const char*>(data), size});
  const auto entries = loop::pair_entries(table);
  LOOP_CHECK(entries.size() <= table.rows.size());
  return 0;
}
