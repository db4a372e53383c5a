// SPDX-License-Identifier: MIT
// The table of fields, and the checks that follow from it.
#include "loop/domain/schedule_fields.h"

#include "loop/domain/schedule_book.h"

#include "support/catch.hpp"

#include <set>
#include <sstream>

using namespace loop;

namespace {

std::vector<FieldChange> check(std::vector<FieldChange> fields) {
  auto checked = check_fields(std::move(fields));
  if (!checked) FAIL(checked.error().message());
  return *std::move(checked);
}

// How the value ends in the file.
std::string written(const std::string& key, FieldValue value) {
  const auto checked = check({{key, std::move(value)}});
  const auto book = ScheduleBook::parse(R"({"schedules":[{"id":"1"}]})");
  const std::string text = *book->with_changes(ScheduleId{"1"}, checked);
  const std::string prefix = R"({"schedules":[{"id":"1")";
  REQUIRE(text.starts_with(prefix));
  return text.substr(prefix.size(), text.size() - prefix.size() - 3);
}

std::string refusal(const std::string& key, std::optional<FieldValue> value) {
  const auto checked = check_fields({{key, std::move(value)}});
  INFO(key);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().code() == Errc::invalid_argument);
  return checked.error().message();
}

}  // namespace

TEST_CASE("every field has its own key and option, a meaning and what is allowed") {
  std::set<std::string_view> keys;
  std::set<std::string_view> options;
  for (const ScheduleFieldInfo& field : schedule_fields()) {
    INFO(field.key);
    CHECK(keys.insert(field.key).second);
    CHECK(options.insert(field.option).second);
    CHECK_FALSE(field.meaning.empty());
    CHECK_FALSE(field.allowed.empty());
    CHECK(find_schedule_field(field.key) == &field);
  }
  CHECK(find_schedule_field("time_interval") == find_schedule_field("timeInterval"));
  CHECK(find_schedule_field("interval") == nullptr);
}

TEST_CASE("every default is itself allowed") {
  for (const ScheduleFieldInfo& field : schedule_fields()) {
    if (field.default_value.empty()) continue;
    INFO(field.key);
    CHECK(check_fields({{std::string(field.key), std::string(field.default_value)}}));
  }
}

TEST_CASE("every bound is allowed and the number beyond it is not") {
  for (const ScheduleFieldInfo& field : schedule_fields()) {
    if (field.max == 0) continue;
    const std::string key(field.key);
    INFO(key);
    for (const std::int64_t good : {field.min, field.min + 1, field.max - 1, field.max}) {
      CHECK(check_fields({{key, good}}));
    }
    CHECK_FALSE(check_fields({{key, field.min - 1}}));
    CHECK_FALSE(check_fields({{key, field.max + 1}}));
  }
}

TEST_CASE("values end in the file as Roo Scheduler writes them, and ours as their own types") {
  CHECK(written("timeInterval", std::int64_t{10}) == R"(,"timeInterval":"10")");
  CHECK(written("time_interval", "010") == R"(,"timeInterval":"10")");
  CHECK(written("startHour", "9") == R"(,"startHour":"09")");
  CHECK(written("startHour", "") == R"(,"startHour":"")");
  CHECK(written("startDate", "2024-02-29") == R"(,"startDate":"2024-02-29")");
  CHECK(written("active", "false") == R"(,"active":false)");
  CHECK(
      written("selectedDays", "mon,Fri") ==
      R"(,"selectedDays":{"sun":false,"mon":true,"tue":false,"wed":false,"thu":false,"fri":true,"sat":false})");
  CHECK(written("selectedDays", JsonText{R"({"mon": false})"}) ==
        R"(,"selectedDays":{"mon":false})");
  CHECK(written("selectedDays", "weekend") ==
        written("selectedDays", JsonText{R"(["sat","sun"])"}));
  CHECK(written("loop.retries", "3") == R"(,"loop":{"retries":3})");
  CHECK(written("loop.timeoutSeconds", "1h30m") == R"(,"loop":{"timeoutSeconds":5400})");
  CHECK(written("loop.timeoutSeconds", JsonText{"90"}) == R"(,"loop":{"timeoutSeconds":90})");
  CHECK(written("loop.after", "a, b") == R"(,"loop":{"after":["a","b"]})");
  CHECK(written("loop.workflow", "validation,quality") ==
        R"(,"loop":{"workflow":["Validation","Quality"]})");
  CHECK(written("loop.env", "A=1=2\nB_1= x") == R"(,"loop":{"env":{"A":"1=2","B_1":" x"}})");
  CHECK(written("loop.env", JsonText{R"({"A": "1"})"}) == R"(,"loop":{"env":{"A":"1"}})");
  CHECK(written("loop.cron", "*/10 * * * *") == R"(,"loop":{"cron":"*/10 * * * *"})");
  CHECK(written("loop.timezone", "Europe/Warsaw") == R"(,"loop":{"timezone":"Europe/Warsaw"})");
  CHECK(written("loop", JsonText{R"({"catchup": "all", "note": null})"}) ==
        R"(,"loop":{"catchup":"all"})");
}

TEST_CASE("blank values take optional fields away") {
  for (const char* key : {"loop.note", "loop.env", "loop.after", "selectedDays", "timeUnit"}) {
    INFO(key);
    CHECK_FALSE(check({{key, " "}})[0].value);
    CHECK_FALSE(check({{key, std::nullopt}})[0].value);
    CHECK_FALSE(check({{key, JsonText{"null"}}})[0].value);
  }
  CHECK_FALSE(check({{"loop.env", JsonText{"{}"}}})[0].value);
  CHECK_FALSE(check({{"loop.after", JsonText{"[]"}}})[0].value);
}

TEST_CASE("refusals name the field, the value and what is allowed") {
  CHECK(refusal("timeUnit", "minutes") ==
        "timeUnit: \"minutes\" is not allowed (did you mean \"minute\"?); allowed: minute, hour, "
        "day");
  CHECK(refusal("timeInterval", "1.5") ==
        "timeInterval: \"1.5\" is not allowed; allowed: 1 to 1000000");
  CHECK(refusal("name", " ").find("cannot be blank or removed") != std::string::npos);
  CHECK(refusal("mode", std::nullopt).find("cannot be blank or removed") != std::string::npos);
  CHECK(refusal("lastExecutionTime", "x") ==
        "lastExecutionTime is kept by the program; it cannot be set");
  CHECK(refusal("id", "x").find("cannot be set") != std::string::npos);
  CHECK(refusal("timeIntervall", "1").find("did you mean \"timeInterval\"?") != std::string::npos);
  CHECK(refusal("loop.env", JsonText{R"({"A B":"1"})"}).starts_with("loop.env: \"A B\""));
}

TEST_CASE("values of the wrong shape are refused") {
  const std::vector<std::pair<std::string, FieldValue>> bad = {
      {"timeInterval", "10abc"},
      {"timeInterval", "99999999999999999999"},
      {"timeInterval", JsonText{"[1]"}},
      {"timeInterval", JsonText{"1.0"}},
      {"mode", "my_mode"},
      {"name", "two\nlines"},
      {"name", "a\xff"},
      {"taskInstructions", std::string("a\0b", 3)},
      {"active", "yes"},
      {"active", std::int64_t{1}},
      {"startDate", "2025-02-29"},
      {"startDate", "2025-2-1"},
      {"startHour", "24"},
      {"startMinute", "-1"},
      {"selectedDays", "monday"},
      {"selectedDays", ","},
      {"selectedDays", JsonText{R"({"mon":"yes"})"}},
      {"selectedDays", JsonText{R"({"holiday":true})"}},
      {"loop.catchupWindow", "5 weeks"},
      {"loop.timeoutSeconds", "500ms"},
      {"loop.timezone", "Mars/Olympus"},
      {"loop.cron", "61 * * * *"},
      {"loop.cwd", "../outside"},
      {"loop.cwd", "/etc"},
      {"loop.after", JsonText{"[1]"}},
      {"loop.after", JsonText{R"([""])"}},
      {"loop.after", std::int64_t{1}},
      {"loop.workflow", "quality,nonsense"},
      {"loop.env", "NOVALUE"},
      {"loop.env", "1A=x"},
      {"loop.env", JsonText{R"({"A":1})"}},
      {"loop.env", JsonText{R"({"A":"\u0000"})"}},
      {"loop.note", JsonText{"\""}},
      {"loop.unknown", "x"},
      {"loop", "x"},
      {"loop", JsonText{"[]"}},
      {"selectedDays.mon", true},
  };
  for (const auto& [key, value] : bad) {
    INFO(key);
    CHECK_FALSE(check_fields({{key, value}}));
  }
}

TEST_CASE("a removed loop is refused as a whole: its fields are removed one by one") {
  CHECK(refusal("loop", std::nullopt).starts_with("loop: an object is expected"));
}

TEST_CASE("what the checks let through, the reader of the file takes as valid") {
  const std::vector<FieldChange> base = check({{"name", "n"},
                                               {"mode", "code"},
                                               {"taskInstructions", "t"},
                                               {"scheduleType", "time"},
                                               {"timeInterval", "10"},
                                               {"timeUnit", "minute"}});
  const auto book = ScheduleBook::parse(R"({"schedules":[{"id":"1"}]})");
  const auto plain = ScheduleBook::parse(*book->with_changes(ScheduleId{"1"}, base));
  REQUIRE_FALSE(plain->schedules()[0].invalid);

  const auto check_valid = [&](const FieldChange& change) {
    INFO(change.key << " " << (change.value ? std::get<std::string>(*change.value) : "removed"));
    const auto text = plain->with_changes(ScheduleId{"1"}, check({change}));
    REQUIRE(text);
    const auto changed = ScheduleBook::parse(*text);
    REQUIRE(changed);
    CHECK(changed->schedules()[0].invalid.value_or("") == "");
    CHECK(changed->schedules()[0].warnings.empty());
  };
  for (const ScheduleFieldInfo& field : schedule_fields()) {
    // Other kinds of schedule need other fields as well.
    if (field.key == "scheduleType") continue;
    const std::string key(field.key);
    if (!field.default_value.empty()) check_valid({key, std::string(field.default_value)});
    if (field.max > 0) check_valid({key, std::to_string(field.min)});
    if (field.max > 0) check_valid({key, std::to_string(field.max)});
    if (!field.is_required && key != "timeInterval" && key != "timeUnit") {
      check_valid({key, std::nullopt});
    }
    if (field.type != FieldType::choice) continue;
    std::istringstream words{std::string(field.allowed)};
    for (std::string word; std::getline(words >> std::ws, word, ',');) check_valid({key, word});
  }
  check_valid({"startDate", "2025-11-01"});
  check_valid({"expirationDate", "2026-11-01"});
  check_valid({"startHour", ""});
  check_valid({"selectedDays", "mon,fri"});
  check_valid({"loop.timezone", "Europe/Warsaw"});
  check_valid({"loop.env", "A=1"});
  check_valid({"loop.cwd", "sub/folder"});
  check_valid({"loop.workflow", "Implementation,Validation"});
}
