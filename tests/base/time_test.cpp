// SPDX-License-Identifier: MIT
// Text forms of instants and durations.
#include "loop/base/time.h"

#include "support/catch.hpp"

using namespace loop;

TEST_CASE("an instant prints as JavaScript prints it") {
  const auto instant = parse_instant("2025-11-01T06:28:04.939Z");

  REQUIRE(instant);
  CHECK(format_instant(*instant) == "2025-11-01T06:28:04.939Z");
  CHECK(format_compact(*instant) == "20251101T062804Z");
}

TEST_CASE("fractions are cut to milliseconds and offsets are applied") {
  CHECK(format_instant(*parse_instant("2025-10-27T18:58:07.929438Z")) ==
        "2025-10-27T18:58:07.929Z");
  CHECK(format_instant(*parse_instant("2025-10-27T18:58:07+02:00")) == "2025-10-27T16:58:07.000Z");
  CHECK(format_instant(*parse_instant("2025-10-27 18:58:07")) == "2025-10-27T18:58:07.000Z");
}

TEST_CASE("what is no real time is refused") {
  for (const char* text :
       {"", "2025-02-29T00:00:00Z", "2025-11-01T24:00:00Z", "2025-11-01", "x",
        "2025-11-01T06:28:04.Z", "2025-11-01T06:28:04Zx", "2025-13-01T00:00:00Z"}) {
    INFO(text);
    CHECK_FALSE(parse_instant(text));
  }
}

TEST_CASE("durations take units, sums and bare seconds") {
  CHECK(parse_duration("90")->count() == 90'000);
  CHECK(parse_duration("1h30m")->count() == 5'400'000);
  CHECK(parse_duration("500ms")->count() == 500);
  CHECK(parse_duration("3650d"));
  for (const char* text : {"", "-5", "5 m", "m", "5w", "3651d", "99999999999999999999"}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text));
  }
}
