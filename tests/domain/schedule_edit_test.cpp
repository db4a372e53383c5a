// SPDX-License-Identifier: MIT
// New schedules and edits, as every front-end makes them.
#include "loop/domain/schedule_edit.h"

#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "support/catch.hpp"

using namespace loop;
using Catch::Contains;

namespace {

const Instant kNow = *parse_instant("2025-11-01T06:00:00Z");

ModeBook modes() {
  sim::SimClock clock{kNow};
  sim::SimFiles files{clock};
  return *ModeBook::load(files);
}

ScheduleBook book_of(const std::string& objects) {
  return *ScheduleBook::parse("{\"schedules\":[" + objects + "]}");
}

ScheduleBook with_new(const ScheduleBook& book, std::vector<FieldChange> given) {
  const auto fields = fields_of_new_schedule(std::move(given), modes());
  if (!fields) FAIL(fields.error().message());
  const auto added = with_new_schedule(book, *fields, kNow);
  if (!added) FAIL(added.error().message());
  return *ScheduleBook::parse(added->text);
}

Error refusal(std::vector<FieldChange> given) {
  const auto fields = fields_of_new_schedule(std::move(given), modes());
  if (!fields) return fields.error();
  const auto added = with_new_schedule(book_of(""), *fields, kNow);
  if (added) FAIL("accepted");
  return added.error();
}

constexpr const char* kPlain =
    R"({"id":"7","name":"a","mode":"code","taskInstructions":"t","scheduleType":"time",)"
    R"("timeInterval":"10","timeUnit":"minute"})";

}  // namespace

TEST_CASE("a new schedule runs every ten minutes in the mode that is named for display") {
  const ScheduleBook book = with_new(book_of(""), {{"name", "n"}, {"taskInstructions", "t"}});

  const Schedule& schedule = book.schedules()[0];
  CHECK_FALSE(schedule.invalid);
  CHECK(schedule.timing.interval->count == 10);
  CHECK(schedule.timing.interval->unit == TimeUnit::minute);
  CHECK(schedule.created == kNow);
  CHECK(schedule.updated == kNow);
  CHECK_THAT(book.bytes(), Contains(R"("modeDisplayName":"Code")"));
}

TEST_CASE("ids of schedules made in one millisecond differ") {
  const ScheduleBook one = with_new(book_of(""), {{"name", "n"}, {"taskInstructions", "t"}});
  const ScheduleBook two = with_new(one, {{"name", "n"}, {"taskInstructions", "t"}});

  CHECK(two.schedules()[0].id.str() == "1761976800000");
  CHECK(two.schedules()[1].id.str() == "1761976800001");
}

TEST_CASE("a field of timing says what kind of schedule it is, unless the kind is given") {
  const auto kind_of = [](FieldChange field, std::vector<FieldChange> more = {}) {
    more.insert(more.end(), {{"name", "n"}, {"task_instructions", "t"}, std::move(field)});
    return with_new(book_of(""), more).schedules()[0].timing.kind;
  };
  CHECK(kind_of({"loop.cron", "0 9 * * *"}) == ScheduleKind::cron);
  CHECK(kind_of({"loop", JsonText{R"({"after":["1"]})"}}) == ScheduleKind::completion);
  CHECK(kind_of({"time_interval", "5"}) == ScheduleKind::interval);
  CHECK(kind_of({"loop.cron", "0 9 * * *"}, {{"schedule_type", "manual"}}) == ScheduleKind::manual);
}

TEST_CASE("a new schedule that is not whole, or could never run, is refused") {
  CHECK_THAT(refusal({{"taskInstructions", "t"}}).message(), Contains("name is missing"));
  CHECK_THAT(refusal({{"name", "n"}}).message(), Contains("taskInstructions is missing"));
  const auto refuse = [](FieldChange more) {
    return refusal({{"name", "n"}, {"taskInstructions", "t"}, std::move(more)});
  };
  CHECK_THAT(refuse({"scheduleType", "cron"}).message(), Contains("could never run"));
  CHECK(refuse({"mode", "cod"}).code() == Errc::not_found);
  CHECK_THAT(refuse({"task_instructions", "u"}).message(), Contains("given twice"));
}

TEST_CASE("keys inside loop may be spelled in snake case, too") {
  const ScheduleBook book =
      with_new(book_of(""), {{"name", "n"},
                             {"taskInstructions", "t"},
                             {"loop", JsonText{R"({"max_runs": 3, "on_escalate": "pause"})"}}});

  CHECK(book.schedules()[0].loop.max_runs == 3);
  CHECK(book.schedules()[0].loop.on_escalate == OnEscalate::pause);
}

TEST_CASE("an edit stamps the schedule, and one that changes nothing does not") {
  const ScheduleBook book = book_of(kPlain);
  const auto edit = [&](std::vector<FieldChange> given) {
    return *with_edit(book, ScheduleId("7"), *checked_changes(std::move(given), modes()), kNow);
  };
  CHECK(edit({{"timeInterval", "10"}}) == book.bytes());
  CHECK_THAT(
      edit({{"time_interval", std::int64_t{15}}}),
      Contains(R"("timeInterval":"15")") && Contains(R"("updatedAt":"2025-11-01T06:00:00.000Z")"));
  CHECK(checked_changes({}, modes()).error().code() == Errc::invalid_argument);
  CHECK(checked_changes({{"mode", "cod"}}, modes()).error().code() == Errc::not_found);
}

TEST_CASE("an edit may not break a schedule that could run, but may mend one step by step") {
  const ScheduleBook book = book_of(kPlain);
  const std::vector<FieldChange> breaks{{"scheduleType", "once"}};
  const auto broken = with_edit(book, ScheduleId("7"), breaks, kNow);
  REQUIRE_FALSE(broken);
  CHECK_THAT(broken.error().message(), Contains("could never run") && Contains("startDate"));

  const ScheduleBook bad = book_of(R"({"id":"7","name":"a","timeInterval":"x","timeUnit":"y"})");
  const std::vector<FieldChange> half{{"timeInterval", "5"}};
  CHECK(with_edit(bad, ScheduleId("7"), half, kNow));
}

TEST_CASE("a switch changes only what it is for") {
  const ScheduleBook book = book_of(kPlain);
  const auto turned = [&](const ScheduleBook& from, ScheduleSwitch turn) {
    const auto changes = changes_of(turn);
    return *ScheduleBook::parse(*with_edit(from, ScheduleId("7"), changes, kNow));
  };
  const ScheduleBook off = turned(book, ScheduleSwitch::deactivate);
  CHECK_FALSE(off.schedules()[0].active);
  CHECK(turned(off, ScheduleSwitch::activate).schedules()[0].active);
  const ScheduleBook held = turned(off, ScheduleSwitch::pause);
  CHECK(held.schedules()[0].loop.paused);
  const ScheduleBook resumed = turned(held, ScheduleSwitch::resume);
  CHECK_FALSE(resumed.schedules()[0].loop.paused);
  CHECK(resumed.schedules()[0].active);
  CHECK_THAT(resumed.bytes(), !Contains("paused"));
}

TEST_CASE("a schedule is found by id or by its only name") {
  const ScheduleBook book =
      book_of(R"({"id":"1","name":"tidy"},{"id":"2","name":"twin"},{"id":"3","name":"twin"})");
  CHECK((*require_schedule(book, "1"))->id.str() == "1");
  CHECK((*require_schedule(book, "tidy"))->id.str() == "1");
  CHECK(require_schedule(book, "twin").error().code() == Errc::conflict);
  const auto unknown = require_schedule(book, "tidi");
  CHECK(unknown.error().code() == Errc::not_found);
  CHECK_THAT(unknown.error().message(), Contains("did you mean \"tidy\"?") && Contains("has 3"));
}

TEST_CASE("an agent that nobody knows is named with those that are known") {
  const std::vector<FieldChange> fields{{"loop.agent", "cluade"}};
  const auto problem = unknown_agent(fields, {"claude", "codex"});
  REQUIRE(problem);
  CHECK_THAT(problem->message(), Contains("did you mean \"claude\"?") && Contains("codex"));
  CHECK_FALSE(unknown_agent(fields, {"cluade"}));
  CHECK_FALSE(unknown_agent({}, {}));
}
