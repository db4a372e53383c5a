// SPDX-License-Identifier: MIT
// The operation get_time_tracking.
#include "loop/ops/get_time_tracking.h"

#include "ops/operations_fixture.hpp"
#include "ops/seed_workspace_fixture.hpp"

using namespace loop;
using namespace loop::test;
using Catch::Contains;
namespace json = boost::json;

namespace {

constexpr const char* kFile = "task_timing.tsv";

struct Row {
  std::string id, mode = "code", start = "2025-11-01T06:00:00Z", end = {}, task = "work";
  std::string priority = "normal";
  int duration = 0;
};

// Rows in the strict form: one closed row each, or an open one.
void put_rows(OperationsFixture& fixture, const std::vector<Row>& rows) {
  std::string text = std::string(kTimeHeader) + "\n";
  for (const Row& row : rows) {
    const bool is_open = row.end.empty();
    text += row.start + "\t" + row.mode + "\t" + row.id + "\t" + row.start + "\t" + row.end + "\t" +
            (is_open ? "" : std::to_string(row.duration)) + "\t" + row.task + "\t" +
            (is_open ? "started" : "completed") + "\t" + row.priority + "\n";
  }
  fixture.world.files.put(kFile, text);
}

Row closed(std::string id, int duration, std::string mode = "code") {
  const Instant start = sim::at("2025-11-01T06:00:00Z");
  return {.id = std::move(id),
          .mode = std::move(mode),
          .end = format_instant(start + std::chrono::seconds{duration}),
          .duration = duration};
}

std::string ids_of(const json::object& answer, std::string_view list = "entries") {
  std::string ids;
  for (const json::value& entry : answer.at(list).as_array()) {
    ids += std::string(entry.at("task_id").as_string()) + " ";
  }
  return ids;
}

std::string shares(const json::value& list) {
  std::string text;
  for (const json::value& share : list.as_array()) {
    text += std::string(share.at("key").as_string()) + ":" +
            std::to_string(share.at("entries").as_int64()) + ":" +
            std::to_string(share.at("total_duration").as_int64()) + " ";
  }
  return text;
}

}  // namespace

TEST_CASE("a tracked task is told from its start to its end") {
  OperationsFixture fixture("2025-11-01T06:00:00Z");
  const auto started = fixture.call(
      "track_task_time", R"({"task_description":"read","mode":"ask","priority":"schedule"})");
  fixture.world.clock.advance(std::chrono::seconds{90});

  auto answer = fixture.call("get_time_tracking");
  REQUIRE(answer.at("open").as_array().size() == 1);
  CHECK(answer.at("open").at(0).at("elapsed") == 90);
  CHECK(answer.at("entries") == answer.at("open"));

  fixture.call("track_task_time",
               R"({"task_description":"x","start_tracking":false,"result":"done","task_id":")" +
                   std::string(started.at("task_id").as_string()) + "\"}");
  answer = fixture.call("get_time_tracking");

  CHECK(answer.at("open").as_array().empty());
  CHECK(answer.at("entries").at(0) == json::value{{"task_id", started.at("task_id")},
                                                  {"mode", "ask"},
                                                  {"priority", "schedule"},
                                                  {"task_description", "read"},
                                                  {"result", "done"},
                                                  {"start_time", "2025-11-01T06:00:00.000Z"},
                                                  {"end_time", "2025-11-01T06:01:30.000Z"},
                                                  {"duration", 90},
                                                  {"overdue", false}});
  CHECK(answer.at("rows") == 2);
}

TEST_CASE("the figures are of all that match, whatever the limit") {
  OperationsFixture fixture;
  put_rows(fixture, {closed("a", 10),
                     closed("b", 20, "ask"),
                     closed("c", 30),
                     closed("d", 100),
                     {.id = "e", .priority = "todo"}});

  const auto answer = fixture.call("get_time_tracking", R"({"limit":1,"group_by":"mode"})");

  const json::object analysis = answer.at("analysis").as_object();
  CHECK(analysis.at("total_entries") == 5);
  CHECK(analysis.at("completed") == 4);
  CHECK(analysis.at("open") == 1);
  CHECK(analysis.at("incomplete_pairs") == 0);
  CHECK(analysis.at("total_duration") == 160);
  CHECK(analysis.at("average") == 40);
  CHECK(analysis.at("median") == 25);
  CHECK(analysis.at("p95") == 100);
  CHECK(shares(analysis.at("by_mode")) == "code:4:140 ask:1:20 ");
  CHECK(shares(analysis.at("by_priority")) == "normal:4:160 todo:1:0 ");
  CHECK(shares(answer.at("groups")) == "code:4:140 ask:1:20 ");
  CHECK(answer.at("entries").as_array().size() == 1);
  CHECK(answer.at("truncated").as_bool());
}

TEST_CASE("an end without a start is an incomplete pair and counts in no sum") {
  OperationsFixture fixture;
  fixture.world.files.put(kFile, std::string(kTimeHeader) +
                                     "\n2025-11-01T06:00:00Z\tcode\ta\t\t2025-11-01T06:00:00Z\t\t"
                                     "work\tdone\tnormal\n");

  const auto analysis = fixture.call("get_time_tracking").at("analysis").as_object();

  CHECK(analysis.at("completed") == 1);
  CHECK(analysis.at("incomplete_pairs") == 1);
  CHECK(analysis.at("total_duration") == 0);
}

TEST_CASE("entries are filtered by mode, priority and time, both ends included") {
  OperationsFixture fixture;
  const auto at_day = [](std::string id, std::string start, std::string mode = "code",
                         std::string priority = "normal") {
    return Row{.id = std::move(id),
               .mode = std::move(mode),
               .start = start,
               .end = start,
               .priority = std::move(priority)};
  };
  put_rows(fixture,
           {at_day("a", "2025-11-01T00:00:00.000Z"), at_day("b", "2025-11-01T23:59:59.999Z"),
            at_day("c", "2025-11-02T00:00:00.000Z", "ask"),
            at_day("d", "2025-11-03T12:00:00.000Z", "code", "high")});
  const auto ids = [&](const char* arguments) {
    return ids_of(fixture.call("get_time_tracking", arguments));
  };
  CHECK(ids("{}") == "d c b a ");
  CHECK(ids(R"({"filter_mode":"ask"})") == "c ");
  CHECK(ids(R"({"filter_priority":"high"})") == "d ");
  CHECK(ids(R"({"filter_priority":"todo"})").empty());
  CHECK(ids(R"({"start_date":"2025-11-02"})") == "d c ");
  CHECK(ids(R"({"end_date":"2025-11-01"})") == "b a ");
  CHECK(ids(R"({"start_date":"2025-11-01","end_date":"2025-11-01"})") == "b a ");
  CHECK(ids(R"({"end_date":"2025-11-02T00:00:00Z"})") == "c b a ");
  CHECK(ids(R"({"end_date":"2025-11-01T23:59:59.998Z"})") == "a ");
  CHECK(
      ids(R"({"start_date":"2025-11-01T23:59:59.999Z","end_date":"2025-11-02T01:00:00+01:00"})") ==
      "c b ");
}

TEST_CASE("a todo task is overdue past 3600 seconds, ended or open") {
  OperationsFixture fixture("2025-11-01T07:00:01Z");
  const auto todo = [](Row row) {
    row.priority = "todo";
    return row;
  };
  put_rows(fixture, {todo(closed("a", 3600)),
                     todo(closed("b", 3601)),
                     closed("c", 9999),
                     todo({.id = "d", .start = "2025-11-01T06:00:00Z"}),
                     todo({.id = "e", .start = "2025-11-01T06:00:01Z"}),
                     {.id = "f"}});

  const auto answer = fixture.call("get_time_tracking");
  std::string overdue;
  for (const json::value& entry : answer.at("entries").as_array()) {
    if (entry.at("overdue").as_bool()) overdue += entry.at("task_id").as_string();
  }

  CHECK((overdue == "bd" || overdue == "db"));
}

TEST_CASE("groups are by mode, priority, task or day") {
  OperationsFixture fixture;
  put_rows(fixture, {closed("a", 10), closed("b", 20)});
  const auto groups = [&](const std::string& by) {
    const auto answer = fixture.call("get_time_tracking", R"({"group_by":")" + by + "\"}");
    return shares(answer.at("groups"));
  };
  CHECK(groups("mode") == "code:2:30 ");
  CHECK(groups("priority") == "normal:2:30 ");
  CHECK(groups("task") == "work:2:30 ");
  CHECK(groups("day") == "2025-11-01:2:30 ");
  CHECK_FALSE(fixture.call("get_time_tracking").contains("groups"));
}

TEST_CASE("rows that mean nothing are named, and lists are cut where they get long") {
  OperationsFixture fixture;
  std::string text = std::string(kTimeHeader) + "\n";
  for (std::size_t i = 0; i < kUnreadableRowsMax + 1; ++i) text += "nonsense\n";
  fixture.world.files.put(kFile, text);

  const auto answer = fixture.call("get_time_tracking");

  CHECK(answer.at("unreadable_rows").as_array().size() == kUnreadableRowsMax);
  CHECK(answer.at("unreadable_rows").at(0).at("line") == 2);
  CHECK_FALSE(answer.at("unreadable_rows").at(0).at("reason").as_string().empty());
  CHECK(answer.at("unreadable_count") == kUnreadableRowsMax + 1);
  CHECK(answer.at("truncated").as_bool());
}

TEST_CASE("the limit is 100 entries unless said otherwise, and at most 1000") {
  OperationsFixture fixture;
  std::vector<Row> rows;
  for (int i = 0; i < 101; ++i) rows.push_back(closed(std::to_string(i), i));
  put_rows(fixture, rows);

  const auto plain = fixture.call("get_time_tracking");
  CHECK(plain.at("entries").as_array().size() == 100);
  CHECK(plain.at("truncated").as_bool());
  const auto all = fixture.call("get_time_tracking", R"({"limit":101})");
  CHECK(all.at("entries").as_array().size() == 101);
  CHECK_FALSE(all.at("truncated").as_bool());
  CHECK(fixture.refuse("get_time_tracking", R"({"limit":0})").code() == Errc::invalid_argument);
  fixture.call("get_time_tracking", R"({"limit":1000})");
  CHECK_THAT(fixture.refuse("get_time_tracking", R"({"limit":1001})").message(),
             Contains("1 to 1000"));
}

TEST_CASE("filters that mean nothing are refused") {
  OperationsFixture fixture;
  const auto refused = [&](const char* arguments) {
    const Error error = fixture.refuse("get_time_tracking", arguments);
    CHECK(error.code() == Errc::invalid_argument);
    return error.message();
  };
  CHECK_THAT(refused(R"({"start_date":"yesterday"})"), Contains("start_date"));
  CHECK_THAT(refused(R"({"end_date":"2025-02-29"})"), Contains("2025-02-29"));
  CHECK_THAT(refused(R"({"start_date":"2025-11-02","end_date":"2025-11-01"})"), Contains("after"));
  CHECK_THAT(refused(R"({"filter_priority":"tood"})"), Contains("did you mean \"todo\"?"));
  CHECK_THAT(refused(R"({"group_by":"hour"})"), Contains("mode, priority, task, day"));
}

TEST_CASE("hostile rows come as valid text of bounded length") {
  OperationsFixture fixture;
  put_rows(fixture, {{.id = "a", .task = std::string(10'000, 'x') + "\xff"}, {.id = "b\xff"}});

  const auto answer = fixture.call("get_time_tracking");

  for (const json::value& entry : answer.at("entries").as_array()) {
    CHECK(entry.at("task_description").as_string().size() <= kTimeTextBytesMax + 3);
  }
  CHECK(answer.at("entries").as_array().size() == 2);
}

TEST_CASE("without a file there are no entries") {
  OperationsFixture fixture;
  const auto answer = fixture.call("get_time_tracking");
  CHECK(answer.at("entries").as_array().empty());
  CHECK(answer.at("analysis").at("total_entries") == 0);
  CHECK(fixture.world.file(kFile).empty());
}

TEST_CASE("each of the 29 rows of the original system is read") {
  OperationsFixture fixture("2025-11-02T00:00:00Z");
  if (!put_seed_workspace(fixture.world)) return;

  const auto answer = fixture.call("get_time_tracking");

  CHECK(answer.at("rows") == 29);
  CHECK(answer.at("unreadable_count") == 0);
  CHECK(answer.at("analysis").at("total_entries") == 26);
  CHECK(answer.at("analysis").at("completed") == 16);
  CHECK(answer.at("analysis").at("open") == 10);
  CHECK(answer.at("entries").at(0).at("task_id") == "1762009987327");
}
