// SPDX-License-Identifier: MIT
// The operations list_runs, get_run and cancel_run.
#include "ops/operations_fixture.hpp"
#include "sim/engine/behaviour_fixture.hpp"

using namespace loop;
using namespace loop::test;
using Catch::Contains;
namespace json = boost::json;

namespace {

// Three runs by hand, one after another, of one schedule; the last one is left running.
std::vector<std::string> make_runs(OperationsFixture& fixture, int count) {
  fixture.world.write_schedules({sim::schedule_json()});
  std::vector<std::string> ids;
  for (int i = 0; i < count; ++i) {
    auto engine =
        Engine::open(fixture.context().services, fixture.world.options, EngineRole::visitor);
    REQUIRE(engine);
    const auto run = (*engine)->trigger(ScheduleId("q"), fixture.world.clock.now());
    REQUIRE(run);
    ids.push_back(run->str());
    fixture.world.processes.deliver();
    REQUIRE((*engine)->step(fixture.world.clock.now()));
    if (i + 1 == count) break;
    fixture.world.clock.advance(std::chrono::minutes{1});
    fixture.world.processes.deliver();
    REQUIRE((*engine)->step(fixture.world.clock.now()));
  }
  return ids;
}

std::vector<std::string> ids_of(const json::object& answer) {
  std::vector<std::string> ids;
  for (const json::value& run : answer.at("runs").as_array()) {
    ids.emplace_back(run.at("id").as_string());
  }
  return ids;
}

}  // namespace

TEST_CASE("runs are listed newest first, by state, and no more than asked for") {
  OperationsFixture fixture;
  const auto ids = make_runs(fixture, 3);

  CHECK(ids_of(fixture.call("list_runs")) == std::vector<std::string>{ids[2], ids[1], ids[0]});
  CHECK(ids_of(fixture.call("list_runs", R"({"state":"live"})")) ==
        std::vector<std::string>{ids[2]});
  CHECK(ids_of(fixture.call("list_runs", R"({"state":"failed"})")).empty());
  const auto first = fixture.call("list_runs", R"({"limit":1})");
  CHECK(ids_of(first) == std::vector<std::string>{ids[2]});
  CHECK(first.at("total").as_int64() == 3);
  CHECK(ids_of(fixture.call("list_runs", R"({"schedule_id":"other"})")).empty());
}

TEST_CASE("the limit of a list is 1 to 200") {
  OperationsFixture fixture;
  for (const int limit : {1, 200}) {
    fixture.call("list_runs", "{\"limit\":" + std::to_string(limit) + "}");
  }
  for (const int limit : {0, 201, -1}) {
    CHECK_THAT(fixture.refuse("list_runs", "{\"limit\":" + std::to_string(limit) + "}").message(),
               Contains("1 to 200"));
  }
}

TEST_CASE("a run is shown with its state and the last lines of its output") {
  OperationsFixture fixture;
  const auto ids = make_runs(fixture, 2);
  const std::string folder = ".loop/runs/" + ids[0] + "/a1/";
  fixture.world.files.put(folder + "stdout.log", "one\ntwo\nthree\n");
  const auto show = [&](int lines) {
    return std::string(fixture
                           .call("get_run", R"({"run_id":")" + ids[0] + R"(","output_lines":)" +
                                                std::to_string(lines) + "}")
                           .at("output")
                           .as_string());
  };

  const auto answer = fixture.call("get_run", R"({"run_id":")" + ids[0] + "\"}");

  CHECK(answer.at("run").at("state").as_string() == "succeeded");
  CHECK(answer.at("run").at("schedule").as_string() == "q");
  CHECK(answer.at("output").as_string() == "one\ntwo\nthree\n");
  CHECK(answer.at("directory").as_string() == ".loop/runs/" + ids[0]);
  CHECK(show(0).empty());
  CHECK(show(1) == "three\n");
  CHECK(show(2) == "two\nthree\n");
  CHECK(show(4) == "one\ntwo\nthree\n");
}

TEST_CASE("a run that is cancelled ends, and a second time is a conflict") {
  OperationsFixture fixture;
  const auto ids = make_runs(fixture, 1);
  const std::string request = R"({"run_id":")" + ids[0] + R"(","reason":"enough"})";

  fixture.call("cancel_run", request);
  fixture.world.processes.deliver();
  fixture.world.clock.advance(std::chrono::seconds{31});
  fixture.world.processes.deliver();
  auto engine =
      Engine::open(fixture.context().services, fixture.world.options, EngineRole::visitor);
  REQUIRE(engine);
  REQUIRE((*engine)->step(fixture.world.clock.now()));

  const auto answer = fixture.call("get_run", R"({"run_id":")" + ids[0] + "\"}");
  CHECK(answer.at("run").at("state").as_string() == "cancelled");
  CHECK(fixture.refuse("cancel_run", request).code() == Errc::conflict);
}

TEST_CASE("a run that nobody knows is not found, whatever its id looks like") {
  OperationsFixture fixture;
  for (const char* id : {"x", "../x", "a/b", "."}) {
    const std::string request = std::string(R"({"run_id":")") + id + "\"}";
    CHECK(fixture.refuse("get_run", request).code() == Errc::not_found);
    CHECK(fixture.refuse("cancel_run", request).code() == Errc::not_found);
  }
}
