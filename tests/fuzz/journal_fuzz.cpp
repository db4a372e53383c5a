// SPDX-License-Identifier: MIT
// Journal lines: what parses is written back as a line that parses to the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "loop/engine/journal.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto entry = loop::parse_entry({reinterpret_cast<const char*>(data), size});
  if (!entry) return 0;
  const std::string line = loop::format_entry(*entry);
  const auto again = loop::parse_entry(line);
  LOOP_CHECK(again.has_value());
  LOOP_CHECK(loop::format_entry(*again) == line);
  return 0;
}
