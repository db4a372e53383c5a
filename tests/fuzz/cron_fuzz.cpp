// SPDX-License-Identifier: MIT
// Cron expressions: whatever parses must give a later instant, or none.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "loop/base/result.h"
#include "loop/domain/cron.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto expression = loop::CronExpression::parse({reinterpret_cast<const char*>(data), size});
  if (!expression) return 0;
  const loop::Instant after{std::chrono::seconds{1'761'978'485}};
  const auto next = expression->next_after(after, loop::Zone::utc());
  LOOP_CHECK(!next || *next > after);
  return 0;
}
