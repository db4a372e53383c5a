// SPDX-License-Identifier: MIT
// Times of a schedule: whatever parses has slots that ascend, come after now and are not endless
// work.
#include <cstddef>
#include <cstdint>
#include <string>

#include "loop/base/result.h"
#include "loop/domain/schedule.h"
#include "loop/domain/slots.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto schedule = loop::parse_schedule({reinterpret_cast<const char*>(data), size});
  if (!schedule) return 0;
  const loop::Instant now{std::chrono::seconds{1'761'978'485}};
  const auto seen = loop::forecast(*schedule, loop::Zone::utc(), now, 5);
  LOOP_CHECK(seen.next.size() <= 5);
  loop::Instant last = now;
  for (const loop::Instant slot : seen.next) {
    LOOP_CHECK(slot > last);
    last = slot;
  }
  LOOP_CHECK(seen.state == loop::SlotForecast::State::active || seen.next.empty());
  return 0;
}
