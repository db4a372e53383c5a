// SPDX-License-Identifier: MIT
// The byte rules of schedules.json, numbered so that a failure names its rule.
#include "domain/schedule_book_fixture.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

using namespace loop;
using namespace loop::test;

namespace {

const std::vector<FieldChange> kOneRun = {
    {"lastExecutionTime", "2025-11-01T07:00:00.021Z"},
    {"lastTaskId", "0e8f1c1a-0000-4000-8000-000000000001"},
    {"nextExecutionTime", "2025-11-01T07:10:00.000Z"},
};

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
