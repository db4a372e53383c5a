// SPDX-License-Identifier: MIT
// Rows of the time file, as this program and as others write them, and the entries they make.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "domain/time_row.hpp"
#include "support/catch.hpp"

namespace loop {
namespace {

using Catch::Contains;

constexpr std::string_view kT1 = "2025-11-01T10:00:00.000Z";
constexpr std::string_view kT2 = "2025-11-01T10:01:30.900Z";

Instant at(std::string_view text) { return *parse_instant(text); }

TimeRow row_of(std::string_view line) {
  TimeLine read = read_time_line(line);
  const auto* row = std::get_if<TimeRow>(&read);
  if (row == nullptr) FAIL("not a row: " << line);
  return *row;
}

std::string reason_of(std::string_view line) {
  TimeLine read = read_time_line(line);
  const auto* reason = std::get_if<std::string>(&read);
  return reason == nullptr ? std::string{} : *reason;
}

TEST_CASE("a row in the form that is written is read as it stands") {
  TimeRow row;
  row.timestamp = at(kT2);
  row.mode = "code";
  row.task_id = TaskId("1761981872582");
  row.start = at(kT1);
  row.end = at(kT2);
  row.duration_s = 90;
  row.task = "completed";  // a task may be called so
  row.result = "all is well";
  row.priority = "todo";

  const std::string line = format_time_row(row);
  CHECK(line == fmt::format("{}\tcode\t1761981872582\t{}\t{}\t90\tcompleted\tall is well\ttodo\n",
                            kT2, kT1, kT2));
  const TimeRow read = row_of(std::string_view(line).substr(0, line.size() - 1));
  CHECK(read.timestamp == row.timestamp);
  CHECK(read.mode == row.mode);
  CHECK(read.task_id == row.task_id);
  CHECK(read.start == row.start);
  CHECK(read.end == row.end);
  CHECK(read.duration_s == row.duration_s);
  CHECK(read.task == row.task);
  CHECK(read.result == row.result);
  CHECK(read.priority == row.priority);
  CHECK_FALSE(read.shifted);
}

TEST_CASE("tabs and line breaks in a text cannot forge a column or a row") {
  TimeRow row;
  row.timestamp = row.start = at(kT1);
  row.mode = "a\tb";
  row.task_id = TaskId("id");
  row.task = "x\t2025-01-01T00:00:00Z\t9999\nforged\trow\r\n" + std::string("\0\xff", 2);
  row.priority = "normal";

  const std::string line = format_time_row(row);
  CHECK(std::count(line.begin(), line.end(), '\t') == 8);
  CHECK(std::count(line.begin(), line.end(), '\n') == 1);
  CHECK(row_of(line.substr(0, line.size() - 1)).task ==
        "x 2025-01-01T00:00:00Z 9999 forged row   \xEF\xBF\xBD");
}

TEST_CASE("a text column is cut at 4096 bytes") {
  CHECK(time_field_text(std::string(4092, 'x')).size() == 4092);
  CHECK(time_field_text(std::string(4093, 'x')).size() == 4093);
  CHECK(time_field_text(std::string(4094, 'x')) == std::string(4093, 'x') + "…");
  CHECK(time_field_text(std::string(100'000, 'x')).size() == kTimeFieldBytesMax);
}

TEST_CASE("a column too many in the task does not shift the times") {
  const TimeRow row =
      row_of(fmt::format("{0}\tcode\tid\t{0}\t{1}\t90\ta\ttask\tcompleted\tnormal", kT1, kT2));

  CHECK(row.shifted);
  CHECK(row.task_id.str() == "id");
  CHECK(row.end == at(kT2));
  CHECK(row.duration_s == 90);
  CHECK(row.task == "a task");
  CHECK(row.result == "completed");
  CHECK(row.priority == "normal");
}

TEST_CASE("missing columns are found by the times") {
  const TimeRow no_timestamp =
      row_of(fmt::format("code\tid\t{}\t{}\t90\ttask\tdone\thigh", kT1, kT2));
  CHECK(no_timestamp.mode == "code");
  CHECK(no_timestamp.task_id.str() == "id");
  CHECK(no_timestamp.start == at(kT1));
  CHECK(no_timestamp.end == at(kT2));
  CHECK(no_timestamp.task == "task");
  CHECK(no_timestamp.priority == "high");

  const TimeRow no_mode = row_of(fmt::format("{0}\tid\t{0}\t{1}\t90\ttask\tdone", kT1, kT2));
  CHECK(no_mode.mode == "");
  CHECK(no_mode.task_id.str() == "id");
  CHECK(no_mode.duration_s == 90);
  CHECK(no_mode.result == "done");

  const TimeRow no_duration =
      row_of(fmt::format("{0}\tm\tid\t{0}\t{1}\ttask\tdone\ttodo", kT1, kT2));
  CHECK_FALSE(no_duration.duration_s);
  CHECK(no_duration.task == "task");

  const TimeRow blank_timestamp = row_of(fmt::format("\tm\tid\t{}\t\t\ttask\tstarted\ttodo", kT1));
  CHECK(blank_timestamp.mode == "m");
  CHECK(blank_timestamp.task_id.str() == "id");
}

TEST_CASE("epoch seconds are times where a time belongs, and ids elsewhere") {
  const TimeRow row =
      row_of("1761600947.724\tcode\t1761600947\t1761600000\t1761600010.5\t\tt\tr\ttodo");

  CHECK(format_instant(*row.timestamp) == "2025-10-27T21:35:47.724Z");
  CHECK(row.task_id.str() == "1761600947");
  CHECK(format_instant(*row.end) == "2025-10-27T21:20:10.500Z");
  CHECK_FALSE(row.shifted);
}

TEST_CASE("durations that cannot be are not read, and the row is") {
  for (const char* duration : {"-5", "1e300", "99999999999"}) {
    const TimeRow row =
        row_of(fmt::format("{0}\tm\tid\t{0}\t{1}\t{2}\tt\tr\ttodo", kT1, kT2, duration));
    INFO(duration);
    CHECK_FALSE(row.duration_s);
    CHECK(row.task == "t");
  }
  CHECK(row_of(fmt::format("{0}\tm\tid\t{0}\t{1}\t12.9\tt\tr\ttodo", kT1, kT2)).duration_s == 12);
}

TEST_CASE("lines that hold no row say why") {
  CHECK_THAT(reason_of("just words"), Contains("1 columns instead of 9"));
  CHECK_THAT(reason_of("a\tb\tc\td\te\tf\tg\th\ti"), Contains("no time where one belongs"));
  CHECK(reason_of(std::string("\0\0\0", 3)) == "holds NUL bytes");
  CHECK(reason_of(fmt::format("{}\t\t\t\t\t\t\t\t", kT1)) == "no task id and no time");
  CHECK(reason_of(std::string(kT1)) != "");
  const std::string start = fmt::format("{0}\tm\tid\t{0}\t\t\t", kT1);
  const auto padded = [&](std::size_t size) {
    const std::string end = "\tstarted\ttodo";
    return start + std::string(size - start.size() - end.size(), 'x') + end;
  };
  CHECK(reason_of(padded(kTimeRowBytesMax)) == "");
  CHECK_THAT(reason_of(padded(kTimeRowBytesMax + 1)), Contains("65537 bytes; at most 65536"));
}

TEST_CASE("the header, blank lines, CRLF and a byte order mark are no rows") {
  const TimeTable table = parse_time_table(
      fmt::format("\xEF\xBB\xBF{0}\r\n\r\n{1}\tm\tid\t{1}\t\t\tt\tstarted\ttodo\r\n{0}\n \t \nbad",
                  kTimeHeader, kT1));

  REQUIRE(table.rows.size() == 1);
  CHECK(table.rows[0].line == 3);
  CHECK(table.rows[0].priority == "todo");
  REQUIRE(table.unreadable.size() == 1);
  CHECK(table.unreadable[0].line == 6);
}

TEST_CASE("a last line without newline is whole only with its last column") {
  const std::string row = fmt::format("{0}\tm\tid\t{0}\t\t\ttask\tstarted\tnormal", kT1);

  CHECK(is_whole_time_row(row));
  for (std::size_t size = 0; size < row.size(); ++size) {
    INFO(row.substr(0, size));
    // Cut right behind the last tab it is what old writers leave: all but the priority is there.
    const bool is_old_style = row.substr(0, size).ends_with("started\t");
    CHECK(is_whole_time_row(row.substr(0, size)) == is_old_style);
  }
  CHECK(is_whole_time_row(kTimeHeader));
  CHECK_FALSE(is_whole_time_row(kTimeHeader.substr(0, kTimeHeader.size() - 1)));
  CHECK_FALSE(is_whole_time_row("\t\t\t\t\t\t\t\tnormal"));
}

TimeTable table_of(std::initializer_list<std::string> lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  TimeTable table = parse_time_table(text);
  CHECK(table.unreadable.empty());
  return table;
}

std::string start_line(std::string_view id, std::string_view time, std::string_view task = "task") {
  return fmt::format("{1}\tcode\t{0}\t{1}\t\t\t{2}\tstarted\tnormal", id, time, task);
}

std::string end_line(std::string_view id, std::string_view start, std::string_view end,
                     std::string_view duration = "") {
  return fmt::format("{2}\tcode\t{0}\t{1}\t{2}\t{3}\ttask\tdone\tnormal", id, start, end, duration);
}

TEST_CASE("a start row and an end row make one entry") {
  const auto entries = pair_entries(table_of({start_line("a", kT1), end_line("a", kT1, kT2)}));

  REQUIRE(entries.size() == 1);
  CHECK(entries[0].start == at(kT1));
  CHECK(entries[0].end == at(kT2));
  CHECK(entries[0].duration_s == 90);
  CHECK(entries[0].result == "done");
  CHECK(entries[0].mode == "code");
}

TEST_CASE("a start row alone is open, an end row alone has no start") {
  const auto entries = pair_entries(
      table_of({start_line("a", kT1), fmt::format("{0}\tcode\tb\t\t{0}\t\tt\tdone\ttodo", kT2)}));

  REQUIRE(entries.size() == 2);
  CHECK(entries[0].task_id.str() == "b");  // newer
  CHECK_FALSE(entries[0].start);
  CHECK_FALSE(entries[0].duration_s);
  CHECK_FALSE(entries[1].end);
  CHECK_FALSE(entries[1].duration_s);
}

TEST_CASE("repeated starts and a second end are ignored") {
  const std::string later = "2025-11-01T12:00:00.000Z";
  const auto entries = pair_entries(
      table_of({start_line("a", kT1), start_line("a", kT1, "other"), end_line("a", kT1, kT2, "90"),
                end_line("a", kT1, later, "7200"), start_line("a", later)}));

  REQUIRE(entries.size() == 1);
  CHECK(entries[0].end == at(kT2));
  CHECK(entries[0].duration_s == 90);
  CHECK(entries[0].task == "task");
}

TEST_CASE("an end row that a merge put before its start row still closes it") {
  const auto entries = pair_entries(
      table_of({fmt::format("{0}\tcode\ta\t\t{0}\t\t\tdone\ttodo", kT2), start_line("a", kT1)}));

  REQUIRE(entries.size() == 1);
  CHECK(entries[0].start == at(kT1));
  CHECK(entries[0].duration_s == 90);
  CHECK(entries[0].task == "task");
}

TEST_CASE(
    "rows without an id are entries of their own, and an end before the start has no length") {
  const auto entries = pair_entries(table_of({end_line("", kT1, kT2), end_line("", kT2, kT1)}));

  REQUIRE(entries.size() == 2);
  CHECK(entries[0].start == at(kT2));
  CHECK_FALSE(entries[0].duration_s);
  CHECK(entries[1].duration_s == 90);
}

TimeEntry entry_of(std::string mode, std::string start, std::int64_t duration_s) {
  TimeEntry entry;
  entry.mode = std::move(mode);
  entry.task = "t";
  entry.priority = "normal";
  entry.start = at(start);
  entry.end = *entry.start + std::chrono::seconds(duration_s);
  entry.duration_s = duration_s;
  return entry;
}

TEST_CASE("a report counts, sums and groups") {
  std::vector<TimeEntry> entries{entry_of("a", "2025-11-01T23:59:59Z", 10),
                                 entry_of("b", "2025-11-02T00:00:00Z", 30),
                                 entry_of("a", "2025-11-02T10:00:00Z", 15)};
  entries.push_back(entries[0]);
  entries[3].end.reset();  // open
  entries.push_back(entries[0]);
  entries[4].duration_s.reset();  // incomplete
  entries[4].mode = "";

  const TimeReport by_mode = report(entries, {}, TimeGrouping::mode);
  CHECK(by_mode.total_entries == 5);
  CHECK(by_mode.completed == 4);
  CHECK(by_mode.open == 1);
  CHECK(by_mode.incomplete == 1);
  CHECK(by_mode.total_s == 55);
  CHECK(by_mode.average_s == 18);
  CHECK(by_mode.median_s == 15);
  CHECK(by_mode.p95_s == 30);
  REQUIRE(by_mode.groups.size() == 3);
  CHECK(by_mode.groups[0].key == "b");
  CHECK(by_mode.groups[1].key == "a");
  CHECK(by_mode.groups[1].entries == 3);
  CHECK(by_mode.groups[1].total_s == 25);
  CHECK(by_mode.groups[2].key == "unknown");

  const TimeReport by_day = report(entries, {}, TimeGrouping::day);
  REQUIRE(by_day.groups.size() == 2);
  CHECK(by_day.groups[0].key == "2025-11-02");
  CHECK(by_day.groups[0].total_s == 45);
  CHECK(report(entries, {}, TimeGrouping::task).groups.size() == 1);
  CHECK(report(entries, {}, TimeGrouping::priority).groups[0].key == "normal");
}

TEST_CASE("a filter takes mode, priority and the half-open span of time") {
  const std::vector<TimeEntry> entries{entry_of("a", "2025-11-01T00:00:00Z", 1),
                                       entry_of("a", "2025-11-02T00:00:00Z", 2),
                                       entry_of("b", "2025-11-03T00:00:00Z", 4)};
  const auto total = [&](const TimeFilter& filter) {
    return report(entries, filter, TimeGrouping::mode).total_s;
  };
  TimeFilter by_mode;
  by_mode.mode = "a";
  CHECK(total(by_mode) == 3);
  TimeFilter by_priority;
  by_priority.priority = "todo";
  CHECK(total(by_priority) == 0);
  TimeFilter by_time;
  by_time.since = at("2025-11-02T00:00:00Z");
  CHECK(total(by_time) == 6);
  by_time.until = at("2025-11-03T00:00:00Z");
  CHECK(total(by_time) == 2);
}

TEST_CASE("median and 95th percentile are right for every small count") {
  std::vector<TimeEntry> entries;
  const auto check = [&](std::int64_t median, std::int64_t p95) {
    const TimeReport result = report(entries, {}, TimeGrouping::mode);
    INFO(entries.size());
    CHECK(result.median_s == median);
    CHECK(result.p95_s == p95);
  };
  check(0, 0);
  for (std::int64_t i = 1; i <= 21; ++i) {
    entries.insert(entries.begin(), entry_of("a", "2025-11-01T00:00:00Z", i * 10));
    if (i == 1) check(10, 10);
    if (i == 2) check(15, 20);
    if (i == 3) check(20, 30);
    if (i == 19) check(100, 190);
    if (i == 20) check(105, 190);
    if (i == 21) check(110, 200);
  }
}

TEST_CASE("a hundred thousand rows are read and paired") {
  std::string text(kTimeHeader);
  text += "\n";
  for (int i = 0; i < 50'000; ++i) {
    text += start_line(fmt::format("id{}", i), kT1) + "\n";
    text += end_line(fmt::format("id{}", i), kT1, kT2, "90") + "\n";
  }

  const TimeTable table = parse_time_table(text);
  CHECK(table.rows.size() == 100'000);
  CHECK(pair_entries(table).size() == 50'000);
}

// What each row of the original system's file means, found by reading it. Only what is odd about a
// row is listed; its texts are the owner's.
struct Expected {
  std::size_t line;
  std::string_view mode, id, start, end;
  int duration_s;  // -1: none
  bool has_task;
  std::string_view result_start, priority;
  bool shifted;
};

const std::vector<Expected>& expected_rows() {
  static const std::vector<Expected> rows{
      // The state stands in the task column and the text in the result column.
      {2, "code", "f8e9d7c6", "2025-10-27T18:27:25.305Z", "2025-10-27T18:41:41.705Z", 856, true,
       "completed", "", true},
      {3, "time-tracking", "tt1234", "2025-10-27T18:38:30.718Z", "2025-10-27T18:47:30.279Z", 540,
       true, "completed", "", false},
      {4, "orchestrator", "orch_001", "2025-10-27T18:47:30.279Z", "2025-10-27T18:58:07.929Z", 637,
       true, "completed", "", true},
      // No end, no duration, no result.
      {6, "orchestrator", "perf_opt_001", "2025-10-27T20:06:58.865Z", "", -1, true, "", "", false},
      // Epoch seconds as the timestamp; no start: the end of the row before.
      {7, "code", "perf_opt_001", "", "2025-10-27T21:35:47.724Z", -1, true, "completed", "", false},
      // Neither timestamp nor mode; written twice.
      {8, "", "fix_issues_2025_10_27", "2025-10-27T21:45:16.736Z", "", -1, true, "started", "",
       true},
      {9, "", "fix_issues_2025_10_27", "2025-10-27T21:45:16.736Z", "", -1, true, "started", "",
       true},
      {10, "orchestrator", "fix_issues_2025_10_27", "2025-10-27T21:45:16.736Z",
       "2025-10-27T22:01:17.566Z", 961, true, "completed - ", "", false},
      // No mode, and no task.
      {12, "", "continue_fix_issues_session", "2025-10-27T23:24:33.815Z",
       "2025-10-27T23:32:49.817Z", 492, false, "completed", "", true},
      // The result is a sentence.
      {13, "time-tracking", "continue_fix_issues_2025_10_27_T23_37_00", "2025-10-27T23:37:00.000Z",
       "2025-10-27T23:41:00.000Z", 240, true, "Completed system", "", false},
      // An id of digits; six digits of a second.
      {21, "integration-testing", "1761981872582", "2025-11-01T07:24:32.582Z", "", -1, true,
       "started", "normal", false},
      // A duration without an end: still open.
      {26, "orchestrator", "orch_session_20251101_132513", "2025-11-01T13:24:54.094Z", "", 19, true,
       "started", "normal", false},
      // No task: result and priority stand one column to the left.
      {27, "orchestrator", "orch_session_20251101_142733", "2025-11-01T14:27:33.225Z", "", -1,
       false, "started", "high", true},
      // The last line, without newline.
      {30, "implementation-features", "1762009987327", "2025-11-01T15:13:07.327Z", "", -1, true,
       "started", "normal", false}};
  return rows;
}

std::optional<std::string> seed_file() {
  std::ifstream stream(std::string(LOOP_SHARED_DIR) + "/fixtures/seed-workspace/task_timing.tsv");
  if (!stream) return std::nullopt;
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST_CASE("every one of the 29 rows of the original system is read as what it means") {
  const auto text = seed_file();
  if (!text) {
    WARN("skipped: no fixture of the original system");
    return;
  }
  const TimeTable table = parse_time_table(*text);
  CHECK(table.unreadable.empty());
  REQUIRE(table.rows.size() == 29);

  const auto text_of = [](const std::optional<Instant>& time) {
    return time ? format_instant(*time) : std::string{};
  };
  for (const Expected& expected : expected_rows()) {
    const TimeRow& row = table.rows[expected.line - 2];
    INFO("line " << expected.line);
    CHECK(row.line == expected.line);
    CHECK(row.mode == expected.mode);
    CHECK(row.task_id.str() == expected.id);
    CHECK(text_of(row.start) == expected.start);
    CHECK(text_of(row.end) == expected.end);
    CHECK(row.duration_s.value_or(-1) == expected.duration_s);
    CHECK(row.task.empty() != expected.has_task);
    CHECK(row.result.substr(0, expected.result_start.size()) == expected.result_start);
    CHECK(row.priority == expected.priority);
    CHECK(row.shifted == expected.shifted);
  }
  CHECK(std::count_if(table.rows.begin(), table.rows.end(),
                      [](const TimeRow& row) { return row.shifted; }) == 6);
  CHECK(is_whole_time_row(std::string_view(*text).substr(text->rfind('\n') + 1)));
}

TEST_CASE("the rows of the original system make 26 entries") {
  const auto text = seed_file();
  if (!text) {
    WARN("skipped: no fixture of the original system");
    return;
  }
  // 29 rows less the end of perf_opt_001, and the second start and the end of fix_issues.
  const auto entries = pair_entries(parse_time_table(*text));
  REQUIRE(entries.size() == 26);
  const auto find = [&](std::string_view id) -> const TimeEntry& {
    return *std::find_if(entries.begin(), entries.end(),
                         [&](const TimeEntry& entry) { return entry.task_id.str() == id; });
  };
  CHECK(find("perf_opt_001").duration_s == 5328);
  CHECK(find("perf_opt_001").mode == "orchestrator");
  CHECK(find("fix_issues_2025_10_27").duration_s == 961);
  CHECK(find("fix_issues_2025_10_27").mode == "orchestrator");
  CHECK_FALSE(find("orch_session_20251101_132513").end);
  CHECK(entries.front().task_id.str() == "1762009987327");
  CHECK(entries.back().task_id.str() == "f8e9d7c6");

  const TimeReport all = report(entries, {}, TimeGrouping::mode);
  CHECK(all.completed == 16);
  CHECK(all.open == 10);
  CHECK(all.incomplete == 0);
}

}  // namespace
}  // namespace loop
