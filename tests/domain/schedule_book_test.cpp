// SPDX-License-Identifier: MIT
// Edits of schedules.json change the bytes they must and no others.
#include "loop/domain/schedule_book.h"

#include "support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace loop;

namespace {

// Laid out as Roo Scheduler's file: JSON.stringify({schedules: [...]}, null, 2), no final newline.
constexpr std::string_view kRooFile = R"({
  "schedules": [
    {
      "id": "1761482303261",
      "name": "Loop 🔧",
      "mode": "architect",
      "taskInstructions": "# Guide\n\n- \"quoted\" → next",
      "scheduleType": "time",
      "timeInterval": "10",
      "timeUnit": "minute",
      "selectedDays": {
        "sun": true,
        "mon": true,
        "tue": true,
        "wed": true,
        "thu": true,
        "fri": true,
        "sat": true
      },
      "startDate": "",
      "active": true,
      "taskInteraction": "wait",
      "lastExecutionTime": "2025-11-01T06:28:04.939Z",
      "lastSkippedTime": "2025-11-01T06:49:00.983Z",
      "lastTaskId": "dc087996-78a6-4875-822a-6e875d7a8875",
      "nextExecutionTime": "2025-11-01T06:50:00.983Z",
      "modeDisplayName": "Architect"
    }
  ]
})";

const ScheduleId kId{"1761482303261"};

const std::vector<FieldChange> kOneRun = {
    {"lastExecutionTime", "2025-11-01T07:00:00.021Z"},
    {"lastTaskId", "0e8f1c1a-0000-4000-8000-000000000001"},
    {"nextExecutionTime", "2025-11-01T07:10:00.000Z"},
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

ScheduleBook book_of(std::string_view text) {
  auto book = ScheduleBook::parse(std::string(text));
  if (!book) FAIL(book.error().message());
  return *std::move(book);
}

std::string change(std::string_view text, const ScheduleId& id,
                   const std::vector<FieldChange>& changes) {
  const auto changed = book_of(text).with_changes(id, changes);
  if (!changed) FAIL(changed.error().message());
  book_of(*changed);
  return *changed;
}

std::string with_new(std::string_view text, const std::vector<FieldChange>& fields) {
  const auto changed = book_of(text).with_new_schedule(fields);
  if (!changed) FAIL(changed.error().message());
  book_of(*changed);
  return *changed;
}

// The one schedule {"id": "1", ...} in the layout that most tests do not care about.
std::string file_with(std::string_view members) {
  return "{\n  \"schedules\": [\n    {\n      \"id\": \"1\"" + std::string(members) +
         "\n    }\n  ]\n}";
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> changed_lines(const std::string& before, const std::string& after) {
  const auto old_lines = lines_of(before);
  const auto new_lines = lines_of(after);
  REQUIRE(old_lines.size() == new_lines.size());
  std::vector<std::string> changed;
  for (std::size_t i = 0; i < old_lines.size(); ++i) {
    if (old_lines[i] != new_lines[i]) changed.push_back(new_lines[i]);
  }
  return changed;
}

// The file of a real workspace; nothing when it is not at hand.
std::optional<std::string> real_file() {
  const std::filesystem::path path = LOOP_SHARED_DIR "/fixtures/seed-workspace/.roo/schedules.json";
  if (!std::filesystem::exists(path)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

void check_no_op(const std::string& text) {
  CHECK(change(text, kId, {}) == text);
  CHECK(change(text, kId,
               {{"timeInterval", "10"},
                {"timeInterval", std::int64_t{10}},
                {"active", true},
                {"selectedDays", JsonText{R"({"mon":true,"sun":true})"}},
                {"loop.note", std::nullopt},
                {"absent", std::nullopt}}) == text);
}

void check_one_run(const std::string& text) {
  const auto changed = changed_lines(text, change(text, kId, kOneRun));

  REQUIRE(changed.size() == 3);
  CHECK(changed[0] == "      \"lastExecutionTime\": \"2025-11-01T07:00:00.021Z\",");
  CHECK(changed[1] == "      \"lastTaskId\": \"0e8f1c1a-0000-4000-8000-000000000001\",");
  CHECK(changed[2] == "      \"nextExecutionTime\": \"2025-11-01T07:10:00.000Z\",");
}

}  // namespace

TEST_CASE("B1: a change to the values that are there gives identical bytes") {
  check_no_op(std::string(kRooFile));
}

TEST_CASE("B1: a change to the values that are there leaves a real file identical") {
  const auto text = real_file();
  if (!text) {
    WARN("skipped: the workspace of the fixtures is absent");
    return;
  }
  check_no_op(*text);
}

TEST_CASE("B2: one run changes three lines, and a fourth when it waited") {
  const std::string text(kRooFile);
  check_one_run(text);

  auto waited = kOneRun;
  waited.push_back({"lastSkippedTime", "2025-11-01T06:59:00.000Z"});
  CHECK(changed_lines(text, change(text, kId, waited)).size() == 4);
}

TEST_CASE("B2: one run changes three lines of a real file") {
  const auto text = real_file();
  if (!text) {
    WARN("skipped: the workspace of the fixtures is absent");
    return;
  }
  check_one_run(*text);
}

TEST_CASE("B3: tabs stay, and new lines are indented with them") {
  const std::string text = "{\n\t\"schedules\": [\n\t\t{\n\t\t\t\"id\": \"1\"\n\t\t}\n\t]\n}\n";

  CHECK(change(text, ScheduleId{"1"}, {{"loop.note", "x"}}) ==
        "{\n\t\"schedules\": [\n\t\t{\n\t\t\t\"id\": \"1\",\n\t\t\t\"loop\": {\n\t\t\t\t\"note\": "
        "\"x\"\n\t\t\t}\n\t\t}\n\t]\n}\n");
  CHECK(with_new(text, {{"id", "2"}}) ==
        "{\n\t\"schedules\": [\n\t\t{\n\t\t\t\"id\": \"1\"\n\t\t},\n\t\t{\n\t\t\t\"id\": "
        "\"2\"\n\t\t}\n\t]\n}\n");
}

TEST_CASE("B4: CRLF stays, and new lines end with it") {
  const std::string text =
      "{\r\n  \"schedules\": [\r\n    {\r\n      \"id\": \"1\"\r\n    }\r\n  ]\r\n}\r\n";

  CHECK(change(text, ScheduleId{"1"}, {{"loop.note", "x"}}) ==
        "{\r\n  \"schedules\": [\r\n    {\r\n      \"id\": \"1\",\r\n      \"loop\": {\r\n        "
        "\"note\": \"x\"\r\n      }\r\n    }\r\n  ]\r\n}\r\n");
  const std::string two = with_new(text, {{"id", "2"}});
  CHECK(two ==
        "{\r\n  \"schedules\": [\r\n    {\r\n      \"id\": \"1\"\r\n    },\r\n    {\r\n      "
        "\"id\": \"2\"\r\n    }\r\n  ]\r\n}\r\n");
  CHECK(*book_of(two).without_schedule(ScheduleId{"2"}) == text);
  CHECK(with_new("{\r\n  \"schedules\": []\r\n}\r\n", {{"id", "1"}}) == text);
}

TEST_CASE("B5: a byte order mark stays") {
  const std::string text = "\xef\xbb\xbf" + std::string(kRooFile);

  CHECK(change(text, kId, {}) == text);
  CHECK(change(text, kId, {{"timeInterval", "15"}}) ==
        replaced(text, "\"timeInterval\": \"10\"", "\"timeInterval\": \"15\""));
}

TEST_CASE("B6: the end of the file stays, with and without a newline") {
  for (const std::string end : {"", "\n", "\n\n", "  \r\n"}) {
    const std::string text = std::string(kRooFile) + end;
    CHECK(change(text, kId, {{"timeInterval", "15"}}) ==
          replaced(text, "\"timeInterval\": \"10\"", "\"timeInterval\": \"15\""));
  }
}

TEST_CASE("B7: a changed value keeps its JSON type") {
  const ScheduleId id{"1"};
  const std::string number = file_with(",\n      \"timeInterval\": 10");
  CHECK(change(number, id, {{"timeInterval", "15"}}) == file_with(",\n      \"timeInterval\": 15"));
  CHECK(change(number, id, {{"timeInterval", std::int64_t{15}}}) ==
        file_with(",\n      \"timeInterval\": 15"));
  CHECK(change(number, id, {{"timeInterval", ""}}) == file_with(",\n      \"timeInterval\": \"\""));

  const std::string text = file_with(",\n      \"timeInterval\": \"10\"");
  CHECK(change(text, id, {{"timeInterval", std::int64_t{15}}}) ==
        file_with(",\n      \"timeInterval\": \"15\""));

  const std::string flag = file_with(",\n      \"active\": true");
  CHECK(change(flag, id, {{"active", "false"}}) == file_with(",\n      \"active\": false"));
  // Roo Scheduler takes the string "false" for true.
  CHECK(change(file_with(",\n      \"active\": \"true\""), id, {{"active", false}}) ==
        file_with(",\n      \"active\": false"));
}

TEST_CASE("B7: a number that has the value keeps its spelling") {
  for (const std::string spelling : {"10", "1e1", "10.0"}) {
    const std::string text = file_with(",\n      \"timeInterval\": " + spelling);
    CHECK(change(text, ScheduleId{"1"}, {{"timeInterval", "10"}}) == text);
  }
}

TEST_CASE("B8: an object with snake_case keys only gets snake_case keys") {
  const std::string text =
      file_with(",\n      \"time_interval\": 10,\n      \"last_execution_time\": null");

  CHECK(change(text, ScheduleId{"1"},
               {{"lastExecutionTime", "2025-11-01T07:00:00.021Z"}, {"nextExecutionTime", "x"}}) ==
        file_with(",\n      \"time_interval\": 10,\n      \"last_execution_time\": "
                  "\"2025-11-01T07:00:00.021Z\",\n      \"next_execution_time\": \"x\""));
}

TEST_CASE("B8: where both spellings stand the camelCase one counts, and both go together") {
  const std::string text =
      file_with(",\n      \"timeInterval\": \"10\",\n      \"time_interval\": 10");

  CHECK(change(text, ScheduleId{"1"}, {{"timeInterval", "15"}}) ==
        file_with(",\n      \"timeInterval\": \"15\",\n      \"time_interval\": 10"));
  CHECK(change(text, ScheduleId{"1"}, {{"timeInterval", std::nullopt}}) == file_with(""));
  // A schedule with any camelCase key is not a snake_case one.
  CHECK(change(text, ScheduleId{"1"}, {{"lastTaskId", "x"}}) ==
        file_with(",\n      \"timeInterval\": \"10\",\n      \"time_interval\": 10,\n      "
                  "\"lastTaskId\": \"x\""));
  // A key given in snake_case is the same key.
  CHECK(change(text, ScheduleId{"1"}, {{"time_interval", "15"}}) ==
        file_with(",\n      \"timeInterval\": \"15\",\n      \"time_interval\": 10"));
}

TEST_CASE("B9: numbers of any size in unknown keys stay") {
  const std::string members =
      ",\n      \"x\": 1e400,\n      \"y\": 12345678901234567890,\n      "
      "\"z\": -0.10E+01";

  CHECK(change(file_with(members), ScheduleId{"1"}, {{"name", "n"}}) ==
        file_with(members + ",\n      \"name\": \"n\""));
}

TEST_CASE("B10: escapes in untouched strings stay, and in equal ones") {
  const std::string text = file_with(R"(,
      "name": "a\u00e9\/",
      "mode": "code")");

  CHECK(change(text, ScheduleId{"1"}, {{"mode", "ask"}}) == replaced(text, "code", "ask"));
  CHECK(change(text, ScheduleId{"1"}, {{"name", "aé/"}}) == text);
}

TEST_CASE("B11: other keys at the top level stay, in front and behind") {
  const std::string text =
      "{\n  \"version\": 2,\n  \"schedules\": [\n    {\n      \"id\": \"1\"\n    }\n  ],\n  "
      "\"x\": {\"schedules\": 1}\n}";

  const std::string changed = change(text, ScheduleId{"1"}, {{"name", "n"}});

  CHECK(changed == replaced(text, "\"id\": \"1\"", "\"id\": \"1\",\n      \"name\": \"n\""));
  CHECK(with_new(text, {{"id", "2"}}) ==
        replaced(text, "    }\n  ]", "    },\n    {\n      \"id\": \"2\"\n    }\n  ]"));
}

TEST_CASE("B12: a removed key takes its line and one comma with it") {
  const std::string first = R"({"schedules": [{"nextExecutionTime": "x", "id": "1"}]})";
  CHECK(change(first, ScheduleId{"1"}, {{"nextExecutionTime", std::nullopt}}) ==
        R"({"schedules": [{"id": "1"}]})");
  CHECK(change(file_with(",\n      \"nextExecutionTime\": \"x\",\n      \"mode\": \"m\""),
               ScheduleId{"1"},
               {{"nextExecutionTime", std::nullopt}}) == file_with(",\n      \"mode\": \"m\""));
  CHECK(change(file_with(",\n      \"mode\": \"m\",\n      \"nextExecutionTime\": \"x\""),
               ScheduleId{"1"},
               {{"nextExecutionTime", std::nullopt}}) == file_with(",\n      \"mode\": \"m\""));
}

TEST_CASE("B12: several keys are removed, set and added at once") {
  const std::string text = file_with(R"(,
      "name": "n",
      "a": 1,
      "mode": "m",
      "b": 2,
      "c": 3)");

  CHECK(change(text, ScheduleId{"1"},
               {{"a", std::nullopt},
                {"b", std::nullopt},
                {"c", std::nullopt},
                {"mode", "x"},
                {"d", std::int64_t{4}},
                {"e", true}}) == file_with(R"(,
      "name": "n",
      "mode": "x",
      "d": 4,
      "e": true)"));
  CHECK(change(text, ScheduleId{"1"}, {{"b", std::nullopt}, {"c", std::nullopt}}) ==
        file_with(",\n      \"name\": \"n\",\n      \"a\": 1,\n      \"mode\": \"m\""));
}

TEST_CASE("B13: the first schedule is printed as JSON.stringify does") {
  const std::string expected = R"({
  "schedules": [
    {
      "id": "1",
      "name": "a \"b\"\n",
      "timeInterval": "10",
      "selectedDays": {
        "sun": false,
        "mon": true
      },
      "active": true,
      "loop": {
        "retries": 3,
        "after": [
          "x",
          "y"
        ],
        "env": {}
      }
    }
  ]
})";
  const std::vector<FieldChange> fields = {
      {"id", "1"},
      {"name", "a \"b\"\n"},
      {"timeInterval", "10"},
      {"selectedDays", JsonText{R"({"sun":false, "mon":true})"}},
      {"active", true},
      {"loop.retries", std::int64_t{3}},
      {"loop.after", JsonText{R"(["x","y"])"}},
      {"nextExecutionTime", std::nullopt},
      {"loop.env", JsonText{"{ }"}},
  };

  CHECK(with_new("{\"schedules\": []}", fields) == expected);
  CHECK(with_new(ScheduleBook::empty_text(), fields) == expected);
  CHECK(with_new("{\"schedules\": [ ]}\n", fields) == expected + "\n");
  CHECK(with_new("{\n  \"schedules\": [\n  ]\n}", fields) == expected);
  CHECK(*book_of(expected).without_schedule(ScheduleId{"1"}) == ScheduleBook::empty_text());
}

TEST_CASE("B14: a file that is cut off is refused with line and column") {
  const std::string text(kRooFile);
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto book = ScheduleBook::parse(text.substr(0, size));
    REQUIRE_FALSE(book);
    CHECK(book.error().code() == Errc::invalid_data);
    CHECK(book.error().message().starts_with("line "));
  }
}

TEST_CASE("B16: a key in selectedDays that is no day stays when days are changed") {
  const std::string text = file_with(R"(,
      "selectedDays": {
        "sun": true,
        "holiday": true,
        "mon": true
      })");

  CHECK(change(text, ScheduleId{"1"},
               {{"selectedDays", JsonText{R"({"sun":false,"mon":true,"tue":false})"}}}) ==
        file_with(R"(,
      "selectedDays": {
        "sun": false,
        "holiday": true,
        "mon": true,
        "tue": false
      })"));
}

TEST_CASE("B17: of a duplicate key the last one counts and is changed") {
  const std::string text = R"({"schedules":[{"id":"1","name":"a","x":1,"name":"b"}]})";

  CHECK(book_of(text).schedules()[0].name == "b");
  CHECK(change(text, ScheduleId{"1"}, {{"name", "c"}}) ==
        R"({"schedules":[{"id":"1","name":"a","x":1,"name":"c"}]})");
  CHECK(change(text, ScheduleId{"1"}, {{"name", "b"}}) == text);
  // No earlier one comes to light.
  CHECK(change(text, ScheduleId{"1"}, {{"name", std::nullopt}}) ==
        R"({"schedules":[{"id":"1","x":1}]})");
}

TEST_CASE("B17: of two arrays of schedules the last one counts") {
  const std::string text = R"({"schedules":[{"id":"1"}],"schedules":[{"id":"2"}]})";

  CHECK(book_of(text).find(ScheduleId{"1"}) == nullptr);
  CHECK(change(text, ScheduleId{"2"}, {{"name", "n"}}) ==
        R"({"schedules":[{"id":"1"}],"schedules":[{"id":"2","name":"n"}]})");
}

TEST_CASE("B18: a null is absent: active null is active, and a value takes its place") {
  const std::string text = file_with(",\n      \"active\": null,\n      \"name\": null");

  CHECK(book_of(text).schedules()[0].active);
  CHECK(change(text, ScheduleId{"1"}, {{"active", false}, {"name", "n"}}) ==
        file_with(",\n      \"active\": false,\n      \"name\": \"n\""));
}

TEST_CASE("B19: a file on one line stays on one line") {
  const std::string minified = R"({"schedules":[{"id":"1","name":"a"}]})";
  CHECK(change(minified, ScheduleId{"1"}, {{"mode", "m"}, {"loop.note", "x"}}) ==
        R"({"schedules":[{"id":"1","name":"a","mode":"m","loop":{"note":"x"}}]})");
  CHECK(with_new(minified, {{"id", "2"}, {"loop.note", "x"}}) ==
        R"({"schedules":[{"id":"1","name":"a"},{"id":"2","loop":{"note":"x"}}]})");
  CHECK(with_new(R"({"schedules":[]})", {{"id", "1"}, {"name", "a"}}) == minified);

  const std::string spaced = R"({"schedules": [{"id": "1"}]})";
  CHECK(change(spaced, ScheduleId{"1"}, {{"mode", "m"}, {"loop.note", "x"}}) ==
        R"({"schedules": [{"id": "1", "mode": "m", "loop": {"note": "x"}}]})");
  CHECK(with_new(spaced, {{"id", "2"}, {"name", "b"}}) ==
        R"({"schedules": [{"id": "1"}, {"id": "2", "name": "b"}]})");
}

TEST_CASE("B20: escapes of lone surrogates stay") {
  const std::string text = file_with(R"(,
      "name": "x\ud83d",
      "mode": "m")");

  CHECK(book_of(text).schedules()[0].name == "x\xef\xbf\xbd");
  CHECK(change(text, ScheduleId{"1"}, {{"mode", "n"}}) ==
        replaced(text, "\"mode\": \"m\"", "\"mode\": \"n\""));
}

TEST_CASE("the layout of the neighbours is followed where the brackets share a line") {
  const std::string text =
      "{ \"schedules\": [{\n    \"id\": \"1\"\n  }, {\n    \"id\": \"2\"\n  }] }\n";

  CHECK(with_new(text, {{"id", "3"}, {"name", "n"}}) ==
        "{ \"schedules\": [{\n    \"id\": \"1\"\n  }, {\n    \"id\": \"2\"\n  }, {\n    \"id\": "
        "\"3\",\n    \"name\": \"n\"\n  }] }\n");
  CHECK(*book_of(text).without_schedule(ScheduleId{"1"}) ==
        "{ \"schedules\": [{\n    \"id\": \"2\"\n  }] }\n");
  CHECK(*book_of(text).without_schedule(ScheduleId{"2"}) ==
        "{ \"schedules\": [{\n    \"id\": \"1\"\n  }] }\n");
}

TEST_CASE("one schedule a line stays one schedule a line") {
  const std::string text = "{\"schedules\": [\n  {\"id\": \"1\", \"name\": \"a\"}\n]}\n";

  CHECK(with_new(text, {{"id", "2"}, {"name", "b"}}) ==
        "{\"schedules\": [\n  {\"id\": \"1\", \"name\": \"a\"},\n  {\"id\": \"2\", \"name\": "
        "\"b\"}\n]}\n");
}

TEST_CASE("the object loop comes with its first key and goes with its last") {
  const ScheduleId id{"1"};
  const std::string none = file_with("");
  const std::string one = file_with(",\n      \"loop\": {\n        \"note\": \"x\"\n      }");
  const std::string two =
      file_with(",\n      \"loop\": {\n        \"note\": \"x\",\n        \"retries\": 1\n      }");

  CHECK(change(none, id, {{"loop.note", "x"}}) == one);
  CHECK(change(one, id, {{"loop.retries", std::int64_t{1}}}) == two);
  CHECK(change(two, id, {{"loop.retries", std::nullopt}}) == one);
  CHECK(change(one, id, {{"loop.note", std::nullopt}}) == none);
  CHECK(change(two, id, {{"loop.note", std::nullopt}, {"loop.retries", std::nullopt}}) == none);
  CHECK(change(two, id, {{"loop", std::nullopt}}) == none);
  CHECK(change(none, id, {{"loop.note", std::nullopt}}) == none);
  CHECK(change(one, id, {{"loop.note", std::nullopt}, {"loop.retries", std::int64_t{1}}}) ==
        replaced(one, "\"note\": \"x\"", "\"retries\": 1"));
  // An empty object or null that stood there already is filled, and not touched without need.
  const std::string empty = file_with(",\n      \"loop\": {}");
  CHECK(change(empty, id, {{"loop.note", "x"}}) == one);
  CHECK(change(empty, id, {{"loop.note", std::nullopt}}) == empty);
  CHECK(change(file_with(",\n      \"loop\": null"), id, {{"loop.note", "x"}}) == one);
}

TEST_CASE("an unknown key in the object loop keeps it") {
  const std::string text = file_with(
      ",\n      \"loop\": {\n        \"mine\": [1, 2],\n        \"note\": \"x\"\n      }");

  CHECK(change(text, ScheduleId{"1"}, {{"loop.note", std::nullopt}}) ==
        file_with(",\n      \"loop\": {\n        \"mine\": [1, 2]\n      }"));
}

TEST_CASE("a loop that is no object is not overwritten by a part of it") {
  const auto changed =
      book_of(file_with(",\n      \"loop\": \"mine\""))
          .with_changes(ScheduleId{"1"}, std::vector<FieldChange>{{"loop.note", "x"}});

  REQUIRE_FALSE(changed);
  CHECK(changed.error().code() == Errc::invalid_data);
  CHECK(changed.error().message() == "line 5, column 15: \"loop\" is a string, not an object");
}

TEST_CASE("an object that is replaced is laid out like its surroundings") {
  const std::string text = file_with(R"(,
      "loop": {
        "env": {
          "A": "1"
        }
      })");

  CHECK(change(text, ScheduleId{"1"}, {{"loop.env", JsonText{R"({"B":"2","C":"3"})"}}}) ==
        file_with(R"(,
      "loop": {
        "env": {
          "B": "2",
          "C": "3"
        }
      })"));
  CHECK(change(text, ScheduleId{"1"}, {{"loop.env", JsonText{R"({ "\u0041" : "1" })"}}}) == text);
}

TEST_CASE("values that cannot be written are refused by the name of their key") {
  const ScheduleBook book = book_of(file_with(""));
  const auto code_of = [&](FieldChange one) {
    const auto changed = book.with_changes(ScheduleId{"1"}, std::vector<FieldChange>{one});
    REQUIRE_FALSE(changed);
    CHECK(changed.error().message().starts_with(one.key));
    return changed.error().code();
  };

  CHECK(code_of({"name", "a\xff"}) == Errc::invalid_argument);
  CHECK(code_of({"loop.env", JsonText{"{"}}) == Errc::invalid_argument);
  CHECK(code_of({"x", JsonText{"1}, {\"id\": \"2\""}}) == Errc::invalid_argument);
  CHECK(code_of({"x", JsonText{std::string(61, '[') + std::string(61, ']')}}) ==
        Errc::invalid_argument);
  const std::string deep = std::string(60, '[') + std::string(60, ']');
  change(book.bytes(), ScheduleId{"1"}, {{"loop.x", JsonText{deep}}});

  const std::vector<FieldChange> both = {{"loop", std::nullopt}, {"loop.note", "x"}};
  CHECK(book.with_changes(ScheduleId{"1"}, both).error().code() == Errc::invalid_argument);
}

TEST_CASE("keys and values with quotes and line breaks cannot leave their strings") {
  const std::string hostile = "\"},{\"id\":\"2\"\n\\";

  const auto book = book_of(change(kRooFile, kId, {{hostile, hostile}, {"name", hostile}}));

  CHECK(book.schedules().size() == 1);
  CHECK(book.schedules()[0].name == hostile);
}

TEST_CASE("unknown and taken ids are refused by name") {
  const ScheduleBook book = book_of(kRooFile);
  const ScheduleId unknown{"nope"};

  CHECK(book.with_changes(unknown, {}).error().code() == Errc::not_found);
  CHECK(book.without_schedule(unknown).error().code() == Errc::not_found);
  CHECK(book.object_text(unknown).error().code() == Errc::not_found);
  CHECK(book.object_text(ScheduleId{}).error().code() == Errc::not_found);
  const std::vector<FieldChange> taken = {{"id", kId.str()}};
  CHECK(book.with_new_schedule(taken).error().code() == Errc::already_exists);
  CHECK(book.with_new_schedule({}).error().code() == Errc::invalid_argument);
}

TEST_CASE("of two schedules with one id the second is invalid, kept, and never changed") {
  const std::string text =
      R"({"schedules":[{"id":"1","name":"a"},{"id":"1","name":"b"},{"id":"2","name":"c"}]})";
  const ScheduleBook book = book_of(text);

  REQUIRE(book.schedules().size() == 3);
  CHECK(book.schedules()[1].invalid == "duplicate id");
  CHECK(book.schedules()[2].position == 2);
  CHECK(book.find(ScheduleId{"1"}) == &book.schedules()[0]);
  CHECK(change(text, ScheduleId{"1"}, {{"name", "x"}}) == replaced(text, "\"a\"", "\"x\""));
  CHECK(*book.without_schedule(ScheduleId{"1"}) ==
        R"({"schedules":[{"id":"1","name":"b"},{"id":"2","name":"c"}]})");
  CHECK(*book.without_schedule(ScheduleId{"2"}) ==
        R"({"schedules":[{"id":"1","name":"a"},{"id":"1","name":"b"}]})");
}

TEST_CASE("schedules are found by id first, then by a name that is unique") {
  const ScheduleBook book = book_of(
      R"({"schedules":[{"id":"1","name":"2"},{"id":"2","name":"x"},{"id":"3","name":"same"},
                       {"id":"4","name":"same"},{"id":"2","name":"x"}]})");

  CHECK((*book.find_by_id_or_name("2"))->id == ScheduleId{"2"});
  CHECK((*book.find_by_id_or_name("x"))->id == ScheduleId{"2"});
  CHECK(*book.find_by_id_or_name("X") == nullptr);
  CHECK(*book.find_by_id_or_name("") == nullptr);
  const auto ambiguous = book.find_by_id_or_name("same");
  REQUIRE_FALSE(ambiguous);
  CHECK(ambiguous.error().code() == Errc::conflict);
  CHECK(ambiguous.error().message().find("3, 4") != std::string::npos);
}

TEST_CASE("what is no object among the schedules is invalid and kept") {
  const std::string text = R"({"schedules":[null,{"id":"1"},"x",[]]})";
  const ScheduleBook book = book_of(text);

  REQUIRE(book.schedules().size() == 4);
  CHECK(book.schedules()[0].invalid == "it is null, not an object");
  CHECK(book.schedules()[3].invalid.has_value());
  CHECK(change(text, ScheduleId{"1"}, {{"name", "n"}}) ==
        R"({"schedules":[null,{"id":"1","name":"n"},"x",[]]})");
  CHECK(with_new(text, {{"id", "2"}}) == R"({"schedules":[null,{"id":"1"},"x",[],{"id":"2"}]})");
}

TEST_CASE("a text without an array of schedules is refused") {
  const auto message_of = [](std::string text) {
    const auto book = ScheduleBook::parse(std::move(text));
    REQUIRE_FALSE(book);
    CHECK(book.error().code() == Errc::invalid_data);
    return book.error().message();
  };

  CHECK(message_of("{}") == "line 1, column 1: the object has no key \"schedules\"");
  CHECK(message_of("[]") ==
        "line 1, column 1: expected an object with the key \"schedules\", found an array");
  CHECK(message_of("{\n\"schedules\": {}}") ==
        "line 2, column 14: \"schedules\" is an object, not an array");
  CHECK(message_of(" \n").starts_with("line 2, column 1: expected a JSON value"));
}

TEST_CASE("the text of one object is given as it stands") {
  const std::string text = R"({"schedules":[{"id":"0"}, { "id" :"1", "x":[ 1e1 ]} ]})";

  CHECK(*book_of(text).object_text(ScheduleId{"1"}) == R"({ "id" :"1", "x":[ 1e1 ]})");
}

TEST_CASE("a book may be moved and copied") {
  ScheduleBook book = book_of(kRooFile);
  const ScheduleBook copy = book;
  const ScheduleBook moved = std::move(book);

  CHECK(*copy.with_changes(kId, {}) == kRooFile);
  CHECK(*moved.with_changes(kId, {}) == kRooFile);
}

TEST_CASE("commas in front of their items stay there and are no indentation") {
  const std::string text =
      "{\n  \"schedules\": [\n    {\n      \"id\": \"1\"\n    , \"name\": \"a\"\n    }\n  ]\n}";

  CHECK(change(text, ScheduleId{"1"}, {{"loop.note", "x"}}) ==
        "{\n  \"schedules\": [\n    {\n      \"id\": \"1\"\n    , \"name\": \"a\"\n    , \"loop\": "
        "{\n"
        "      \"note\": \"x\"\n    }\n    }\n  ]\n}");
}

TEST_CASE("of a duplicate key the last one counts among few and many keys") {
  for (const std::size_t others : {0u, 44u, 45u, 46u, 47u, 48u, 500u}) {
    INFO(others);
    std::string members = ",\"name\":\"a\"";
    for (std::size_t i = 0; i < others; ++i) {
      members.append(",\"x").append(std::to_string(i)).append("\":1");
    }
    const ScheduleBook book =
        book_of("{\"schedules\":[{\"id\":\"1\"" + members + ",\"name\":\"b\",\"name\":\"c\"}]}");
    CHECK(book.schedules()[0].name == "c");
    CHECK_FALSE(book.schedules()[0].id.empty());
  }
}
