// SPDX-License-Identifier: MIT
// When an attempt is ended: each limit just before, at and after it.
#include "engine/attempt_limits.hpp"

#include "support/catch.hpp"

using namespace loop;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

RunIntent limits(Duration total, Duration idle, Duration startup) {
  RunIntent intent;
  intent.timeout_total = total;
  intent.timeout_idle = idle;
  intent.timeout_startup = startup;
  intent.kill_grace = seconds{30};
  return intent;
}

std::optional<AttemptEnd> end_at(const RunIntent& intent, Duration elapsed,
                                 std::optional<Duration> since_output) {
  const auto cause = find_used_up(intent, {elapsed, since_output});
  return cause ? std::optional(cause->end) : std::nullopt;
}

}  // namespace

TEST_CASE("the total time is 3600 s with a warning at 2880 s") {
  const RunIntent intent = limits(seconds{3600}, {}, {});
  const Duration total = seconds{3600};

  CHECK_FALSE(end_at(intent, total - milliseconds{1}, Duration{0}));
  CHECK(end_at(intent, total, Duration{0}) == AttemptEnd::timed_out);
  CHECK(end_at(intent, total + milliseconds{1}, Duration{0}) == AttemptEnd::timed_out);
  CHECK_FALSE(is_warning_due(intent, {milliseconds{2'879'999}, {}}));
  CHECK(is_warning_due(intent, {seconds{2880}, {}}));
  CHECK(find_used_up(intent, {total, {}})->grace == seconds{30});
}

TEST_CASE("silence counts from the start until there is output, then from the last") {
  const RunIntent intent = limits({}, seconds{10}, seconds{5});

  CHECK_FALSE(end_at(intent, milliseconds{4'999}, {}));
  CHECK(end_at(intent, seconds{5}, {}) == AttemptEnd::timed_out);
  CHECK_FALSE(end_at(intent, seconds{100}, milliseconds{9'999}));
  CHECK(end_at(intent, seconds{100}, seconds{10}) == AttemptEnd::stalled);

  const RunIntent no_startup = limits({}, seconds{10}, {});
  CHECK_FALSE(end_at(no_startup, milliseconds{9'999}, {}));
  CHECK(end_at(no_startup, seconds{10}, {}) == AttemptEnd::stalled);
}

TEST_CASE("a limit of zero is none") {
  CHECK_FALSE(end_at(limits({}, {}, {}), seconds{1'000'000}, seconds{1'000'000}));
  CHECK_FALSE(is_warning_due(limits({}, {}, {}), {seconds{1'000'000}, {}}));
}

TEST_CASE("output is limited to 256 MiB, and a flood is not given long") {
  const RunIntent intent = limits({}, {}, {});
  CHECK_FALSE(find_too_much_output(intent, kOutputBytesMax - 1));
  CHECK_FALSE(find_too_much_output(intent, kOutputBytesMax));
  const auto cause = find_too_much_output(intent, kOutputBytesMax + 1);
  REQUIRE(cause);
  CHECK(cause->end == AttemptEnd::failed);
  CHECK(cause->outcome == OutcomeClass::limit);
  CHECK(cause->grace == seconds{2});
}

TEST_CASE("a stop request ends as it asks, and as cancelled when it asks for an impossible end") {
  const auto end = [](AttemptEnd as) { return to_stop_cause({as, "why", {}}, seconds{1}).end; };
  CHECK(end(AttemptEnd::interrupted) == AttemptEnd::interrupted);
  CHECK(end(AttemptEnd::stalled) == AttemptEnd::stalled);
  CHECK(end(AttemptEnd::cancelled) == AttemptEnd::cancelled);
  CHECK(end(AttemptEnd::succeeded) == AttemptEnd::cancelled);
  CHECK(end(AttemptEnd::limited) == AttemptEnd::cancelled);
  CHECK(to_stop_cause({AttemptEnd::stalled, "why", {}}, seconds{1}).reason == "why");
}
