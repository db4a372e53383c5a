// SPDX-License-Identifier: MIT
// The operation track_task_time.
#include "ops/operations_fixture.hpp"

using namespace loop;
using namespace loop::test;
using Catch::Contains;

namespace {

std::string id_of(const boost::json::object& answer) {
  return std::string(answer.at("task_id").get_string());
}

std::string stop(const std::string& id, const std::string& more = "") {
  return R"({"task_description":"x","start_tracking":false,"task_id":")" + id + "\"" + more + "}";
}

}  // namespace

TEST_CASE("a task that is started and ended has its duration in seconds") {
  OperationsFixture fixture;

  const auto started = fixture.call("track_task_time", R"({"task_description":"read the code"})");
  fixture.world.clock.advance(std::chrono::seconds{90});
  const auto ended = fixture.call("track_task_time", stop(id_of(started), R"(,"result":"read")"));

  CHECK(started.at("success").get_bool());
  CHECK(started.at("timestamp").get_string() == "2025-11-01T06:28:04.000Z");
  CHECK(started.at("mode").get_string() == "code");
  CHECK_FALSE(started.contains("end_time"));
  CHECK(ended.at("duration").get_int64() == 90);
  CHECK(ended.at("end_time").get_string() == "2025-11-01T06:29:34.000Z");
  CHECK_THAT(fixture.world.file("task_timing.tsv"), Contains("read the code\tread\tnormal\n"));
}

TEST_CASE("a repeated call with the same operation_id is recorded once") {
  OperationsFixture fixture;
  const char* start = R"({"task_description":"a","operation_id":"op 1"})";

  const auto first = fixture.call("track_task_time", start);
  const std::string rows = fixture.world.file("task_timing.tsv");
  const auto second = fixture.call("track_task_time", start);

  CHECK(id_of(first) == id_of(second));
  CHECK(fixture.world.file("task_timing.tsv") == rows);

  const std::string end = stop(id_of(first), R"(,"operation_id":"op 2")");
  fixture.call("track_task_time", end);
  const std::string ended_rows = fixture.world.file("task_timing.tsv");
  CHECK(fixture.call("track_task_time", end).contains("end_time"));
  CHECK(fixture.world.file("task_timing.tsv") == ended_rows);
}

TEST_CASE("a todo task is overdue after 3600 seconds and not before") {
  for (const int seconds : {3599, 3600, 3601}) {
    OperationsFixture fixture;
    const auto started =
        fixture.call("track_task_time", R"({"task_description":"a","priority":"todo"})");
    fixture.world.clock.advance(std::chrono::seconds{seconds});

    const auto ended = fixture.call("track_task_time", stop(id_of(started)));

    CHECK(ended.at("overdue").get_bool() == (seconds > 3600));
  }
}

TEST_CASE("what cannot be tracked is refused and nothing is written") {
  OperationsFixture fixture;
  const auto ended = id_of(fixture.call("track_task_time", R"({"task_description":"a"})"));
  fixture.call("track_task_time", stop(ended));
  const std::string rows = fixture.world.file("task_timing.tsv");

  CHECK(fixture.refuse("track_task_time", stop("unknown")).code() == Errc::not_found);
  CHECK(fixture.refuse("track_task_time", stop(ended)).code() == Errc::conflict);
  CHECK_THAT(
      fixture.refuse("track_task_time", R"({"task_description":"a","mode":"cod"})").message(),
      Contains("code"));
  CHECK_THAT(fixture.refuse("track_task_time", R"({"task_description":"a","start_tracking":false})")
                 .message(),
             Contains("task_id"));
  CHECK_THAT(
      fixture.refuse("track_task_time", R"({"task_description":"a","priority":"high"})").message(),
      Contains("\"high\"") && Contains("normal, schedule, todo"));
  CHECK_THAT(fixture.refuse("track_task_time", R"({"task_descripton":"a"})").message(),
             Contains("did you mean \"task_description\"?"));
  CHECK(fixture.world.file("task_timing.tsv") == rows);
}

TEST_CASE("a description has 1 to 4096 characters") {
  OperationsFixture fixture;
  const auto with_length = [](std::size_t length) {
    std::string text;
    for (std::size_t i = 0; i < length; ++i) text += "ä";
    return R"({"task_description":")" + text + "\"}";
  };

  CHECK(fixture.refuse("track_task_time", with_length(0)).code() == Errc::invalid_argument);
  fixture.call("track_task_time", with_length(1));
  fixture.call("track_task_time", with_length(4096));
  CHECK_THAT(fixture.refuse("track_task_time", with_length(4097)).message(), Contains("4097"));
}
