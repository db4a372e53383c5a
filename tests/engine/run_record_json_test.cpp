// SPDX-License-Identifier: MIT
// The JSON forms of a run's files: written and read back, and what is refused.
#include "engine/run_record_json.hpp"

#include "support/catch.hpp"

using namespace loop;

namespace {

RunIntent full_intent() {
  RunIntent intent;
  intent.run = RunId("s@20251101T063800Z");
  intent.schedule = ScheduleId("s \"quoted\"");
  intent.schedule_name = "Näme\n";
  intent.slot = parse_instant("2025-11-01T06:38:00Z");
  intent.claimed = *parse_instant("2025-11-01T06:38:00.123Z");
  intent.mode = ModeSlug("code");
  intent.agent = {"mine",       "generic", "agent",        {"-p", "{prompt}", ""},
                  "json-lines", {0, 3},    {"limit (.*)"}, {"API_KEY"},
                  "^DONE"};
  intent.model = "big";
  intent.session = "dc087996-78a6-4875-822a-6e875d7a8875";
  intent.cwd = "sub";
  intent.env = {{"A", "1"}, {"B", "x=y"}};
  intent.env_allow = {"C"};
  intent.zone = "Europe/Warsaw";
  intent.timeout_total = std::chrono::hours{1};
  intent.timeout_idle = std::chrono::minutes{5};
  intent.timeout_startup = std::chrono::minutes{1};
  intent.kill_grace = std::chrono::seconds{30};
  intent.schedule_sha256 = "abc";
  intent.stage = "Validation";
  return intent;
}

std::string without(std::string text, const std::string& key) {
  const std::size_t at = text.find("\"" + key + "\":");
  REQUIRE(at != std::string::npos);
  return text.replace(at, key.size() + 2, "\"other\"");
}

}  // namespace

TEST_CASE("an intent reads back as it was written, schema first") {
  const RunIntent intent = full_intent();
  const std::string text = format_intent(intent);
  CHECK(text.find("{\"schema\":1,") == 0);
  CHECK(text.back() == '\n');

  const auto read = parse_intent(text);
  REQUIRE(read);
  CHECK(read->run == intent.run);
  CHECK(read->schedule == intent.schedule);
  CHECK(read->schedule_name == intent.schedule_name);
  CHECK(read->slot == intent.slot);
  CHECK(read->claimed == intent.claimed);
  CHECK(read->agent.args == intent.agent.args);
  CHECK(read->agent.success_exit == intent.agent.success_exit);
  CHECK(read->agent.limit_patterns == intent.agent.limit_patterns);
  CHECK(read->agent.env_allow == intent.agent.env_allow);
  CHECK(read->agent.final_pattern == intent.agent.final_pattern);
  CHECK(read->env == intent.env);
  CHECK(read->timeout_startup == intent.timeout_startup);
  CHECK(format_intent(*read) == text);

  RunIntent by_hand = intent;
  by_hand.slot.reset();
  CHECK_FALSE(parse_intent(format_intent(by_hand))->slot);
}

TEST_CASE("a start reads back") {
  AttemptStart start;
  start.runner = {10, 18'446'744, "boot"};
  start.agent = {11, 20, "boot"};
  start.time = *parse_instant("2025-11-01T06:38:00.123Z");

  const auto read = parse_started(format_started(start));
  REQUIRE(read);
  CHECK(read->runner == start.runner);
  CHECK(read->agent == start.agent);
  CHECK(read->time == start.time);
}

TEST_CASE("a result reads back, whatever bytes the agent said") {
  AttemptResult result;
  result.end = AttemptEnd::limited;
  result.outcome = {OutcomeClass::rate_limited,
                    "why",
                    parse_instant("2025-11-01T11:30:00Z"),
                    {1, 2, 3, 4, 5},
                    {AgentCost::Basis::reported, 7, true},
                    "an\xffswer\x01",
                    8};
  result.exit = ExitStatus{true, 15};
  result.started = *parse_instant("2025-11-01T06:38:00Z");
  result.ended = *parse_instant("2025-11-01T06:39:00Z");
  result.note = "note";

  const std::string text = format_result(result);
  const auto read = parse_result(text);
  REQUIRE(read);
  CHECK(read->end == AttemptEnd::limited);
  CHECK(read->outcome.outcome == OutcomeClass::rate_limited);
  CHECK(read->outcome.limit_reset == result.outcome.limit_reset);
  CHECK(read->outcome.usage.total() == 15);
  CHECK(read->outcome.cost.basis == AgentCost::Basis::reported);
  CHECK(read->outcome.cost.is_partial);
  CHECK(read->outcome.answer == "an\xef\xbf\xbdswer\x01");
  REQUIRE(read->exit);
  CHECK(read->exit->signalled);
  CHECK(read->exit->code == 15);
  CHECK(read->note == "note");

  result.exit.reset();
  CHECK_FALSE(parse_result(format_result(result))->exit);
  result.exit = ExitStatus{false, 3};
  CHECK(parse_result(format_result(result))->exit->code == 3);
}

TEST_CASE("a stop request reads back") {
  const auto read = parse_stop(format_stop({AttemptEnd::interrupted, "why", Instant{}}));
  REQUIRE(read);
  CHECK(read->as == AttemptEnd::interrupted);
  CHECK(read->reason == "why");
}

TEST_CASE("every end has a word that reads back") {
  for (const char* word : {"succeeded", "failed", "timed_out", "stalled", "interrupted",
                           "cancelled", "limited", "abandoned"}) {
    const auto end = parse_attempt_end(word);
    REQUIRE(end);
    CHECK(to_string(*end) == word);
  }
  CHECK_FALSE(parse_attempt_end("Failed"));
}

TEST_CASE("unknown keys are ignored and missing ones are named") {
  const std::string text = format_result(AttemptResult{});
  CHECK(parse_result("{\"new\":[1]," + text.substr(1)));
  for (const char* key : {"schema", "end", "outcome", "usage", "cost", "started"}) {
    const auto read = parse_result(without(text, key));
    REQUIRE_FALSE(read);
    CHECK(read.error().code() == Errc::invalid_data);
    CHECK(read.error().message().find(key) != std::string::npos);
  }
  const auto nested = parse_intent(without(format_intent(full_intent()), "success_exit"));
  REQUIRE_FALSE(nested);
  CHECK(nested.error().message() == "\"agent\" is wrong: \"success_exit\" is missing");
}

TEST_CASE("damaged files and files of a newer program are refused") {
  const std::string text = format_stop({AttemptEnd::cancelled, "why", Instant{}});
  for (std::size_t size = 0; size + 2 < text.size(); ++size)
    CHECK_FALSE(parse_stop(text.substr(0, size)));
  for (const char* wrong : {"[]", "1", "{}", "{\"schema\":2}", "{\"schema\":\"1\"}", "\0\0\0"}) {
    CHECK_FALSE(parse_stop(wrong));
  }
  CHECK_FALSE(
      parse_stop("{\"schema\":1,\"as\":\"x\",\"reason\":\"\",\"time\":\"1970-01-01T00:00:00Z\"}"));
  CHECK_FALSE(parse_stop(
      "{\"schema\":1,\"as\":\"failed\",\"reason\":1,\"time\":\"1970-01-01T00:00:00Z\"}"));
  CHECK_FALSE(
      parse_stop("{\"schema\":1,\"as\":\"failed\",\"reason\":\"\",\"time\":\"yesterday\"}"));
}

TEST_CASE("only one path component is the id of a run") {
  for (const char* good : {"s@20251101T063800Z", "s@manual-dc087996", "a%2eb"})
    CHECK(is_run_id(good));
  for (const char* bad : {"", ".", "..", "a/b", "/a", "a/", "./a", "a\nb"})
    CHECK_FALSE(is_run_id(bad));
}
