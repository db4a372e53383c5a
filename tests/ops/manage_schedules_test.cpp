// SPDX-License-Identifier: MIT
// The operation manage_schedules.
#include "loop/ops/manage_schedules.h"

#include "loop/domain/schedule_fields.h"
#include "loop/store/file_lock.h"
#include "loop/store/layout.h"
#include "ops/operations_fixture.hpp"
#include "ops/seed_workspace_fixture.hpp"
#include "sim/engine/behaviour_fixture.hpp"

using namespace loop;
using namespace loop::test;
using Catch::Contains;
using loop::sim::schedule_json;
namespace json = boost::json;

namespace {

constexpr const char* kFile = ".roo/schedules.json";

std::string text_at(const json::object& object, std::string_view key) {
  return std::string(object.at(key).as_string());
}

json::object create(OperationsFixture& fixture, const std::string& more = "") {
  return fixture.call("manage_schedules",
                      R"({"action":"create","schedule_data":{"name":"tidy","taskInstructions":)"
                      R"("Tidy the code")" +
                          more + "}}");
}

Error refuse_create(OperationsFixture& fixture, const std::string& more) {
  return fixture.refuse("manage_schedules",
                        R"({"action":"create","schedule_data":{"name":"tidy","taskInstructions":)"
                        R"("Tidy the code")" +
                            more + "}}");
}

std::string act(const std::string& action, const std::string& id, const std::string& more = "") {
  return R"({"action":")" + action + R"(","schedule_id":")" + id + "\"" + more + "}";
}

json::object update(OperationsFixture& fixture, const std::string& fields) {
  return fixture.call("manage_schedules", act("update", "q", ",\"update_fields\":" + fields));
}

Error refuse_update(OperationsFixture& fixture, const std::string& fields) {
  return fixture.refuse("manage_schedules", act("update", "q", ",\"update_fields\":" + fields));
}

std::string next_of(const json::object& answer) {
  std::string times;
  for (const json::value& slot : answer.at("next").as_array()) {
    times += std::string(slot.as_string()).substr(11, 5) + " ";
  }
  return times;
}

// A value of the field's type that is not its default, as JSON.
std::string some_value(const ScheduleFieldInfo& field) {
  switch (field.type) {
    case FieldType::text:
    case FieldType::line: return field.key == "loop.agent" ? "\"claude\"" : "\"some text\"";
    case FieldType::slug: return "\"debug\"";
    case FieldType::choice:
      if (field.key == "scheduleType") return "\"manual\"";
      return "\"" + std::string(field.allowed.substr(field.allowed.rfind(' ') + 1)) + "\"";
    case FieldType::flag: return "true";
    case FieldType::count: return "3";
    case FieldType::two_digits: return "\"07\"";
    case FieldType::date: return "\"2099-12-31\"";
    case FieldType::days: return R"({"mon":false})";
    case FieldType::duration: return "\"2h\"";
    case FieldType::seconds: return "90";
    case FieldType::zone: return "\"Europe/Warsaw\"";
    case FieldType::cron: return "\"0 9 * * *\"";
    case FieldType::path: return "\"sub/folder\"";
    case FieldType::words: return R"(["a","b"])";
    case FieldType::stages: return R"(["Implementation","Validation"])";
    case FieldType::variables: return R"({"NAME":"value"})";
  }
  return "null";
}

std::string snake_case(std::string_view key) {
  std::string snake;
  for (const char c : key) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    if (is_upper) snake += '_';
    snake += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return snake;
}

// {"loop": {"note": 1}} for "loop.note".
std::string nested(std::string_view key, const std::string& value) {
  const std::size_t dot = key.find('.');
  if (dot == std::string_view::npos) return "{\"" + std::string(key) + "\":" + value + "}";
  return R"({"loop":{")" + std::string(key.substr(dot + 1)) + "\":" + value + "}}";
}

}  // namespace

TEST_CASE("a new schedule is in the file as Roo Scheduler would have written it") {
  OperationsFixture fixture("2025-11-01T06:30:00Z");

  const auto answer = create(fixture);

  CHECK(answer.at("action") == "create");
  CHECK(answer.at("changed").as_bool());
  CHECK(answer.at("status") == "active");
  CHECK(answer.at("schedule_id") == answer.at("schedule").at("id"));
  CHECK(answer.at("schedule").at("timeInterval") == "10");
  CHECK(answer.at("schedule").at("modeDisplayName") == "Code");
  CHECK(next_of(answer) == "06:40 06:50 07:00 07:10 07:20 ");
  CHECK(answer.at("warnings").as_array().empty());
  CHECK_FALSE(answer.contains("backup"));  // there was no file
  const auto file = json::parse(fixture.world.file(kFile));
  CHECK(file.at("schedules").at(0) == answer.at("schedule"));
  fixture.world.files.crash_to_synced();
  CHECK(json::parse(fixture.world.file(kFile)) == file);
}

TEST_CASE("every field of the table is taken, in both spellings and nested in loop") {
  for (const ScheduleFieldInfo& field : schedule_fields()) {
    const std::string value = some_value(field);
    const std::string key(field.key);
    for (const std::string& fields :
         {nested(key, value), nested(snake_case(key), value), "{\"" + key + "\":" + value + "}"}) {
      INFO(fields);
      OperationsFixture fixture;
      fixture.world.write_schedules({schedule_json({{"startDate", "\"2025-10-01\""}})});
      // Kinds other than the plain one need these.
      const bool is_fine =
          fixture.try_call("manage_schedules", act("update", "q", ",\"update_fields\":" + fields))
              .has_value();
      REQUIRE(is_fine);
      const auto schedule = json::parse(fixture.world.file(kFile)).at("schedules").at(0);
      const bool is_extension = key.starts_with("loop.");
      const auto& object = is_extension ? schedule.at("loop").as_object() : schedule.as_object();
      CHECK(object.contains(is_extension ? key.substr(5) : key));
      CHECK(object.size() >= 1);
    }
  }
}

TEST_CASE("an update changes the bytes of its values and the stamp, after a backup") {
  OperationsFixture fixture("2025-11-01T06:30:00Z");
  const std::string before =
      "{\"version\": 2,\r\n\t\"schedules\": [ {\"id\":\"q\", \"name\":\"Q\", \"mode\":\"code\","
      " \"taskInstructions\":\"t\\u00e9\", \"scheduleType\":\"time\", \"timeInterval\": 10,"
      " \"timeUnit\":\"minute\", \"x\": 1e400, \"updatedAt\":\"then\"} ] }";
  fixture.world.files.put(kFile, before);

  const auto answer = update(fixture, R"({"time_interval": 15})");

  std::string wanted = before;
  wanted.replace(wanted.find(": 10"), 4, ": 15");
  wanted.replace(wanted.find("then"), 4, "2025-11-01T06:30:00.000Z");
  CHECK(fixture.world.file(kFile) == wanted);
  CHECK(fixture.world.file(text_at(answer, "backup")) == before);
  CHECK(answer.at("changed").as_bool());
}

TEST_CASE("an update that changes nothing writes nothing") {
  OperationsFixture fixture;
  fixture.world.write_schedules({schedule_json()});
  const std::string before = fixture.world.file(kFile);

  const auto answer = update(fixture, R"({"timeInterval": 10.0, "active": true})");

  CHECK_FALSE(answer.at("changed").as_bool());
  CHECK_FALSE(answer.contains("backup"));
  CHECK(fixture.world.file(kFile) == before);
}

TEST_CASE("a null removes a field") {
  OperationsFixture fixture;
  fixture.world.write_schedules({schedule_json({{"loop", R"({"note": "x", "retries": 1})"}})});

  update(fixture, R"({"loop": {"note": null}})");

  const auto schedule = json::parse(fixture.world.file(kFile)).at("schedules").at(0);
  CHECK(schedule.at("loop") == json::value{{"retries", 1}});
}

TEST_CASE("switching on and off, pausing and resuming tell what holds then") {
  OperationsFixture fixture("2025-11-01T06:30:00Z");
  fixture.world.write_schedules({schedule_json()});
  const auto status_after = [&](const char* action) {
    const auto answer = fixture.call("manage_schedules", act(action, "Q"));
    CHECK(answer.at("changed").as_bool());
    CHECK(answer.contains("backup"));
    return text_at(answer, "status") + " " + next_of(answer);
  };
  CHECK(status_after("deactivate") == "inactive ");
  CHECK(status_after("activate") == "active 06:38 06:48 06:58 07:08 07:18 ");
  CHECK(status_after("pause") == "paused ");
  CHECK(status_after("resume") == "active 06:38 06:48 06:58 07:08 07:18 ");
}

TEST_CASE("a deleted schedule is answered as it stood, and only its bytes are gone") {
  OperationsFixture fixture;
  fixture.world.write_schedules({schedule_json(), schedule_json({{"id", "\"r\""}})});
  const auto before = json::parse(fixture.world.file(kFile));

  const auto answer = fixture.call("manage_schedules", act("delete", "q"));

  CHECK(answer.at("action") == "delete");
  CHECK(answer.at("status") == "deleted");
  CHECK(answer.at("schedule") == before.at("schedules").at(0));
  CHECK(answer.at("next").as_array().empty());
  CHECK(json::parse(fixture.world.file(text_at(answer, "backup"))) == before);
  const auto after = json::parse(fixture.world.file(kFile));
  REQUIRE(after.at("schedules").as_array().size() == 1);
  CHECK(after.at("schedules").at(0) == before.at("schedules").at(1));
  CHECK(fixture.refuse("manage_schedules", act("delete", "q")).code() == Errc::not_found);
}

TEST_CASE("a triggered schedule runs now and keeps its own times") {
  OperationsFixture fixture("2025-11-01T06:30:00Z");
  fixture.world.write_schedules(
      {schedule_json({{"startDate", "\"2025-11-01\""}, {"startHour", "\"06\""}})});
  const std::string before = fixture.world.file(kFile);

  const auto answer = fixture.call("manage_schedules", act("trigger", "q"));

  CHECK_THAT(text_at(answer, "run_id"), Contains("q@manual-"));
  CHECK(answer.contains("run_phase"));
  CHECK_FALSE(answer.at("changed").as_bool());
  CHECK_FALSE(answer.contains("backup"));
  CHECK(next_of(answer) == "06:40 06:50 07:00 07:10 07:20 ");
  fixture.world.run_until("2025-11-01T06:31:00Z");
  CHECK(fixture.world.processes.starts().size() == 1);
}

TEST_CASE("what no engine would start is not triggered") {
  OperationsFixture fixture;
  fixture.world.write_schedules({schedule_json({{"timeUnit", "\"week\""}})});
  CHECK(fixture.refuse("manage_schedules", act("trigger", "q")).code() == Errc::invalid_data);
  fixture.world.write_schedules({schedule_json()});
  fixture.call("manage_schedules", act("trigger", "q"));
  // Busy, and no engine to queue it.
  CHECK(fixture.refuse("manage_schedules", act("trigger", "q")).code() == Errc::limit_reached);
}

TEST_CASE("a triggered run waits in the queue of a living engine") {
  OperationsFixture fixture("2025-11-01T06:30:00Z");
  fixture.world.write_schedules({schedule_json()});
  fixture.world.start_engine();
  fixture.call("manage_schedules", act("trigger", "q"));

  const auto queued = fixture.call("manage_schedules", act("trigger", "q"));

  CHECK(queued.at("run_phase") == "waiting");
  CHECK((queued.at("status") == "running" || queued.at("status") == "waiting"));
}

TEST_CASE("wrong values are refused with the allowed ones, and nothing is written") {
  OperationsFixture fixture;
  fixture.world.write_schedules({schedule_json()});
  update(fixture, R"({"active":true})");  // changes nothing, and makes the lock's file
  const auto files = fixture.world.files.all_files();
  const std::string before = fixture.world.file(kFile);
  const auto refused = [&](const std::string& fields) {
    const Error by_update = refuse_update(fixture, "{" + fields + "}");
    const Error by_create = refuse_create(fixture, "," + fields);
    CHECK_THAT(by_update.message(), Contains("update_fields: "));
    CHECK_THAT(by_create.message(), Contains("schedule_data: "));
    CHECK(by_update.code() == by_create.code());
    return by_update.message();
  };
  CHECK_THAT(refused(R"("timeUnit":"week")"), Contains("minute, hour, day"));
  CHECK_THAT(refused(R"("timeInterval":0)"), Contains("1 to 1000000"));
  CHECK_THAT(refused(R"("timeInterval":1000001)"), Contains("1 to 1000000"));
  CHECK_THAT(refused(R"("timeInterval":1.5)"), Contains("1 to 1000000"));
  CHECK_THAT(refused(R"("selected_days":{"monday":true})"), Contains("sun, mon"));
  CHECK_THAT(refused(R"("taskInteraction":"wat")"), Contains("did you mean \"wait\"?"));
  CHECK_THAT(refused(R"("active":"maybe")"), Contains("true, false"));
  CHECK_THAT(refused(R"("startHour":"24")"), Contains("00 to 23"));
  CHECK_THAT(refused(R"("loop":{"retries":10})"), Contains("0 to 9"));
  CHECK_THAT(refused(R"("loop":{"timezone":"Mars/Base"})"), Contains("Mars/Base"));
  CHECK_THAT(refused(R"("loop":{"cwd":"../x"})"), Contains("loop.cwd"));
  CHECK_THAT(refused(R"("loop":{"agent":"cluade"})"), Contains("did you mean \"claude\"?"));
  CHECK_THAT(refused(R"("loop":"x")"), Contains("an object is expected"));
  CHECK_THAT(refused(R"("timeIntervall":5)"), Contains("did you mean \"timeInterval\"?"));
  CHECK_THAT(refused(R"("loop":{"max_run":5})"), Contains("did you mean \"loop.maxRuns\"?"));
  CHECK_THAT(refused(R"("id":"x")"), Contains("kept by the program"));
  CHECK_THAT(refused(R"("nextExecutionTime":"x")"), Contains("kept by the program"));
  CHECK_THAT(refused(R"("timeInterval":5,"time_interval":5)"), Contains("given twice"));
  CHECK_THAT(refused(R"("mode":"cod")"), Contains("did you mean \"code\"?"));
  CHECK_THAT(refuse_update(fixture, R"({"name":" "})").message(), Contains("blank"));
  CHECK_THAT(refuse_update(fixture, "{}").message(), Contains("no field"));
  CHECK_THAT(refuse_update(fixture, R"({"scheduleType":"cron"})").message(),
             Contains("could never run") && Contains("loop.cron"));
  CHECK(fixture.world.file(kFile) == before);
  CHECK(fixture.world.files.all_files() == files);
}

TEST_CASE("each action has its own arguments") {
  OperationsFixture fixture;
  fixture.world.write_schedules({schedule_json()});
  const auto refused = [&](const std::string& arguments) {
    const Error error = fixture.refuse("manage_schedules", arguments);
    CHECK(error.code() == Errc::invalid_argument);
    return error.message();
  };
  CHECK_THAT(refused(R"({"action":"create"})"), Contains("\"schedule_data\" is missing"));
  CHECK_THAT(refused(R"({"action":"create","schedule_data":{},"schedule_id":"q"})"),
             Contains("\"schedule_id\" does not go with"));
  CHECK_THAT(refused(R"({"action":"create","schedule_data":{}})"), Contains("name is missing"));
  CHECK_THAT(refused(R"({"action":"delete"})"), Contains("\"schedule_id\" is missing"));
  CHECK_THAT(refused(act("update", "q")), Contains("\"update_fields\" is missing"));
  CHECK_THAT(refused(act("pause", "q", R"(,"update_fields":{"active":true})")),
             Contains("\"update_fields\" does not go with"));
  CHECK_THAT(refused(R"({"action":"remove","schedule_id":"q"})"),
             Contains("create, update, activate, deactivate, delete, pause, resume, trigger"));
  CHECK_THAT(fixture.refuse("manage_schedules", act("pause", "nobody")).message(),
             Contains("nobody"));
}

TEST_CASE("two schedules of one name are told apart by id only") {
  OperationsFixture fixture;
  fixture.world.write_schedules({schedule_json(), schedule_json({{"id", "\"r\""}})});

  const Error refused = fixture.refuse("manage_schedules", act("pause", "Q"));

  CHECK(refused.code() == Errc::conflict);
  CHECK_THAT(refused.message(), Contains("q, r"));
}

TEST_CASE("a broken file is not written over") {
  OperationsFixture fixture;
  fixture.world.files.put(kFile, "{\"schedules\": [");
  CHECK(refuse_create(fixture, "").code() == Errc::invalid_data);
  CHECK(fixture.world.file(kFile) == "{\"schedules\": [");
}

TEST_CASE("while another process holds the lock, a change is refused and nothing is written") {
  OperationsFixture fixture;
  fixture.world.write_schedules({schedule_json()});
  const std::string before = fixture.world.file(kFile);
  {
    const auto held =
        FileLock::acquire(fixture.world.files, fixture.world.clock, layout::schedules_lock());
    REQUIRE(held);
    CHECK(fixture.refuse("manage_schedules", act("pause", "q")).code() == Errc::locked);
    CHECK(fixture.world.file(kFile) == before);
  }
  fixture.call("manage_schedules", act("pause", "q"));
}

TEST_CASE("whichever call of the disk fails, the file is the old or the new one") {
  OperationsFixture probe;
  probe.world.write_schedules({schedule_json()});
  const std::string before = probe.world.file(kFile);
  const std::uint64_t first = probe.world.files.calls() + 1;
  update(probe, R"({"timeInterval":15})");
  const std::uint64_t last = probe.world.files.calls();
  const std::string after = probe.world.file(kFile);
  REQUIRE(last > first);
  for (std::uint64_t call = first; call <= last; ++call) {
    OperationsFixture fixture;
    fixture.world.write_schedules({schedule_json()});
    fixture.world.files.fail_call(call, EIO);
    const auto answer = fixture.try_call(
        "manage_schedules", act("update", "q", R"(,"update_fields":{"timeInterval":15})"));
    fixture.world.files.clear_faults();
    INFO("call " << call);
    const std::string text = fixture.world.file(kFile);
    if (answer) CHECK(text == after);
    CHECK((text == before || text == after));
  }
}

TEST_CASE("the file of the original system is changed in the lines concerned only") {
  OperationsFixture fixture("2025-11-02T00:00:00Z");
  if (!put_seed_workspace(fixture.world)) return;
  std::string wanted = fixture.world.file(kFile);

  fixture.call("manage_schedules",
               act("update", "1761482303261", R"(,"update_fields":{"inactivity_delay":7})"));

  const std::string old_delay = "\"inactivityDelay\": \"3\"";
  wanted.replace(wanted.find(old_delay), old_delay.size(), "\"inactivityDelay\": \"7\"");
  const std::string old_stamp = "2025-10-27T23:54:39.794Z";
  wanted.replace(wanted.find(old_stamp), old_stamp.size(), "2025-11-02T00:00:00.000Z");
  CHECK(fixture.world.file(kFile) == wanted);
}
