// SPDX-License-Identifier: MIT
// Selected rows give the same entries and reports as all rows, whatever stands in the file.
#include "domain/time_selection.hpp"

#include <fmt/format.h>

#include <string>

#include "domain/time_line_scan.hpp"
#include "domain/time_row.hpp"
#include "domain/time_row_form.hpp"
#include "sim/sim_random.hpp"
#include "support/catch.hpp"

using namespace loop;

namespace {

template <class T>
const T& one_of(sim::SimRandom& random, const std::vector<T>& all) {
  return all[random.below(all.size())];
}

std::string time_text(sim::SimRandom& random) {
  static const std::vector<std::string> kOdd{"",
                                             "2026-02-30T10:00:00.000Z",
                                             "2026-03-05T10:00:00Z",
                                             "2026-03-05T12:00:00.000+02:00",
                                             "1772705000.5",
                                             "2026-03-05T24:00:00.000Z",
                                             "soon"};
  if (random.below(4) == 0) return one_of(random, kOdd);
  return fmt::format("2026-{:02}-{:02}T{:02}:{:02}:04.939Z", 1 + random.below(5),
                     1 + random.below(28), random.below(24), random.below(60));
}

std::string row_text(sim::SimRandom& random) {
  static const std::vector<std::string> kModes{"code", "debug", "", " code", "ask"};
  static const std::vector<std::string> kPriorities{"normal", "todo", "", "high", "schedule"};
  static const std::vector<std::string> kTexts{"work",       "completed", "started", "",
                                               "f\xc3\xbcr", "bad \xff",  "x\r"};
  static const std::vector<std::string> kLines{"",
                                               "\t\t\t",
                                               "nonsense",
                                               "timestamp\tmode",
                                               "2026-03-01T10:00:00.000Z\tcode",
                                               std::string("a\0b", 3),
                                               "a\tb\tc\td\te\tf\tg\th\ti\tj\tk"};
  if (random.below(8) == 0) return one_of(random, kLines);
  const std::string id = random.below(10) == 0 ? "" : fmt::format("task-{}", random.below(30));
  return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}", time_text(random),
                     one_of(random, kModes), id, time_text(random), time_text(random),
                     random.below(3) == 0 ? "" : std::to_string(random.below(4000)),
                     one_of(random, kTexts), one_of(random, kTexts), one_of(random, kPriorities));
}

std::string table_text(sim::SimRandom& random) {
  std::string text = random.below(5) == 0 ? "\xef\xbb\xbf" : "";
  text += std::string(kTimeHeader) + "\n";
  const std::size_t rows = random.below(80);
  for (std::size_t row = 0; row < rows; ++row) {
    text += row_text(random) + (random.below(6) == 0 ? "\r\n" : "\n");
  }
  if (random.below(3) == 0 && !text.empty()) text.pop_back();
  return text;
}

TimeFilter some_filter(sim::SimRandom& random) {
  static const std::vector<std::string> kModes{"", "code", "debug", "nobody"};
  TimeFilter filter;
  filter.mode = one_of(random, kModes);
  if (random.below(2) == 0) filter.since = parse_instant("2026-02-10T12:00:00.000Z");
  if (random.below(2) == 0) filter.until = parse_instant("2026-04-10T12:00:00.000Z");
  if (random.below(20) == 0) filter.until = Instant{std::chrono::days{365 * 9000}};
  return filter;
}

// The entries that match, in words.
std::string told(const TimeTable& table, const TimeFilter& filter) {
  std::string text =
      fmt::format("{} rows, {} unreadable\n", table.row_count, table.unreadable.size());
  for (const auto& row : table.unreadable) text += fmt::format("{}: {}\n", row.line, row.reason);
  const auto entries = pair_entries(table);
  for (const TimeEntry& entry : entries) {
    if (!matches(entry, filter)) continue;
    text +=
        fmt::format("{} {} {} {} {} {} {} {}\n", entry.task_id.str(), entry.mode, entry.task,
                    entry.result, entry.priority, entry.start ? format_instant(*entry.start) : "-",
                    entry.end ? format_instant(*entry.end) : "-", entry.duration_s.value_or(-1));
  }
  const TimeReport sums = report(entries, filter, TimeGrouping::mode);
  return text + fmt::format("{} {} {}", sums.total_entries, sums.total_s, sums.median_s);
}

ReadAt reading(std::string_view text) {
  return [text](std::uint64_t offset, std::span<char> into) -> Result<std::size_t> {
    const std::string_view left = text.substr(std::min<std::size_t>(offset, text.size()));
    return left.copy(into.data(), into.size());
  };
}

// What TimeLedger::read() leaves out before it parses.
std::string_view whole_rows_of(std::string_view text) {
  const std::size_t last = text.rfind('\n') + 1;
  return is_whole_time_row(text.substr(last)) ? text : text.substr(0, last);
}

}  // namespace

TEST_CASE("selected rows give the same entries and report as all rows") {
  std::size_t selected = 0, all = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    sim::SimRandom random(seed);
    const std::string text = table_text(random);
    const TimeFilter filter = some_filter(random);
    const TimeTable whole = parse_time_table(whole_rows_of(text));
    const SelectionLimits limits{.block_bytes = 1 + random.below(3000)};
    const auto some = select_time_rows(reading(text), text.size(), filter, limits);
    CAPTURE(seed, text);
    REQUIRE(some);
    REQUIRE(told(*some, filter) == told(whole, filter));
    selected += some->rows.size();
    all += whole.rows.size();
  }
  CHECK(selected < all);
}

namespace {

std::string table_of(int count) {
  std::string text = std::string(kTimeHeader) + "\n";
  for (int number = 0; number < count; ++number) {
    text += fmt::format(
        "2026-{0:02}-01T10:06:04.939Z\tcode\ttask-{1}\t2026-{0:02}-01T10:05:04.939Z\t"
        "2026-{0:02}-01T10:06:04.939Z\t60\twork\tcompleted\tnormal\n",
        1 + number % 10, number);
  }
  return text;
}

TimeFilter in_march() {
  TimeFilter filter;
  filter.since = parse_instant("2026-03-01T00:00:00.000Z");
  filter.until = parse_instant("2026-04-01T00:00:00.000Z");
  return filter;
}

}  // namespace

TEST_CASE("rows of tasks that cannot match are left out, and all of them are counted") {
  const std::string text = table_of(1000);
  const auto table = select_time_rows(reading(text), text.size(), in_march());
  REQUIRE(table);
  CHECK(table->row_count == 1000);
  CHECK(table->rows.size() >= 100);
  CHECK(table->rows.size() < 200);
}

TEST_CASE("more matching rows than may be held are refused, others are not counted") {
  const std::string text = table_of(1000);
  const SelectionLimits limits{.rows_bytes_max = text.size() / 5};
  CHECK(select_time_rows(reading(text), text.size(), in_march(), limits));
  const auto all = select_time_rows(reading(text), text.size(), {}, limits);
  REQUIRE(!all);
  CHECK(all.error().code() == Errc::too_large);
  CHECK_THAT(all.error().message(), Catch::Contains("1000 time rows"));
}

TEST_CASE("rows that are changed between the two passes are told, not misread") {
  const std::string before = table_of(100), after(before.size(), 'x');
  bool is_changed = false;
  const ReadAt changing = [&](std::uint64_t offset, std::span<char> into) {
    if (offset >= before.size()) is_changed = true;
    return reading(is_changed ? after : before)(offset, into);
  };
  const auto table = select_time_rows(changing, before.size(), {});
  REQUIRE(!table);
  CHECK(table.error().code() == Errc::conflict);
}

TEST_CASE("of two forms of times that differ in one character one is the written form") {
  const std::string good = "2026-02-28T23:59:59.999Z";
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_written = [](const std::string& time) {
    const std::string line = time + "\tcode\tid\t\t\t\twork\tdone\tnormal";
    return written_row(scan_line(line, 0)).has_value();
  };
  REQUIRE(is_written(good));
  CHECK(is_written("2024-02-29T00:00:00.000Z"));
  CHECK_FALSE(is_written("2026-02-29T00:00:00.000Z"));
  CHECK_FALSE(is_written("2026-02-28T24:00:00.000Z"));
  CHECK_FALSE(is_written("2026-00-28T00:00:00.000Z"));
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int byte = 1; byte < 0x7f; ++byte) {
      if (byte == '\t' || byte == '\n') continue;
      std::string time = good;
      time[at] = static_cast<char>(byte);
      CAPTURE(time);
      const bool is_formed = time == good || (is_digit(good[at]) && is_digit(time[at]));
      REQUIRE(is_written(time) == (is_formed && parse_instant(time)));
    }
  }
}

TEST_CASE("a line is scanned the same in blocks and byte by byte") {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    sim::SimRandom random(seed);
    std::string text;
    const std::size_t bytes = 1 + random.below(400);
    for (std::size_t index = 0; index < bytes; ++index) {
      static const std::string kBytes = "ab\t\t \x01\x7f\xc3~z0\r";
      text += random.below(100) == 0 ? '\n' : kBytes[random.below(kBytes.size())];
    }
    const std::size_t begin = random.below(text.size());
    const ScannedLine line = scan_line(text, begin);
    const std::string expected = text.substr(begin, text.find('\n', begin) - begin);
    CAPTURE(seed);
    REQUIRE(line.text == expected);
    std::size_t tabs = 0;
    bool is_plain = true;
    for (std::size_t at = 0; at < expected.size(); ++at) {
      const auto byte = static_cast<unsigned char>(expected[at]);
      if (byte == '\t') {
        if (tabs < kTabsMax) REQUIRE(line.tabs[tabs] == at);
        ++tabs;
      } else if (byte < 0x20 || byte >= 0x80) {
        is_plain = false;
      }
    }
    REQUIRE(line.tab_count == tabs);
    REQUIRE(line.is_plain == is_plain);
  }
}
