// SPDX-License-Identifier: MIT
// A report over tracked time: ours against programs that add up one column.
#include <fmt/format.h>

#include <boost/json.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include "harness/child.hpp"
#include "harness/stopwatch.hpp"
#include "loop/domain/time_ledger.h"
#include "rows/all_rows.hpp"

namespace loop::bench {

namespace {

namespace json = boost::json;

constexpr std::size_t kRowsAMonth = 500;  // then the next month begins

bool is_counted(std::size_t number) {
  return number % 3 == 0 && number / kRowsAMonth % 12 == 2;  // mode code, March
}

Status write_rows(const std::string& folder, std::size_t count) {
  std::filesystem::create_directories(folder + "/.roo");
  std::ofstream file(folder + "/task_timing.tsv");
  file << kTimeHeader << "\n";
  for (std::size_t number = 0; number < count; ++number) {
    const std::string day =
        fmt::format("2025-{:02}-{:02}", 1 + number / kRowsAMonth % 12, 1 + number % 28);
    file << fmt::format(
        "{0}T10:06:04.939Z\t{1}\ttask-{2}\t{0}T10:05:04.939Z\t{0}T10:06:04.939Z\t60\tnightly "
        "validation run\tcompleted\tnormal\n",
        day, number % 3 == 0 ? "code" : "debug", number);
  }
  file.close();
  return file ? Status{} : Status(Error(Errc::io, "cannot write rows"));
}

struct Sum {
  std::size_t entries = 0, seconds = 0;
  friend bool operator==(const Sum&, const Sum&) = default;
};

Sum expected_sum(std::size_t count) {
  Sum sum;
  for (std::size_t number = 0; number < count; ++number) {
    if (!is_counted(number)) continue;
    ++sum.entries;
    sum.seconds += 60;
  }
  return sum;
}

Status check_sum(const Sum& found, std::size_t rows) {
  if (found == expected_sum(rows)) return {};
  return Error(Errc::invalid_data,
               fmt::format("{} entries, {} s of {} rows", found.entries, found.seconds, rows));
}

Status check_printed(const std::string& text, std::size_t rows) {
  Sum sum;
  if (std::sscanf(text.c_str(), "%zu %zu", &sum.entries, &sum.seconds) == 2) {
    return check_sum(sum, rows);
  }
  return Error(Errc::invalid_data, "printed: " + text);
}

// Whole processes, as a person waits for them. The product pairs start and end rows by their ids,
// checks every row and sorts the entries; the peer only sums.
Result<double> report_ours(const Scene& scene, const std::string& folder, std::size_t rows) {
  const Stopwatch watch;
  LOOP_TRY(const std::string text,
           output_of({scene.product_program("loopctl"), "-C", folder, "call", "get_time_tracking",
                      R"({"filter_mode":"code","start_date":"2025-03-01","end_date":"2025-03-31",)"
                      R"("limit":1})"}));
  const double seconds = watch.seconds();
  const json::value answer = json::parse(text);
  const auto figure = [&](const char* key) {
    return answer.at("analysis").at(key).to_number<std::size_t>();
  };
  LOOP_TRY_VOID(check_sum({figure("total_entries"), figure("total_duration")}, rows));
  return static_cast<double>(rows) / seconds;
}

const char* const kAwkProgram =
    "$2 == \"code\" && substr($1, 1, 7) == \"2025-03\" { n++; s += $6 } END { print n, s }";

Result<double> report_awk(const std::string& mawk, const std::string& folder, std::size_t rows) {
  const Stopwatch watch;
  LOOP_TRY(const std::string text, output_of({"env", "LC_ALL=C", mawk, "-F", "\t", kAwkProgram,
                                              folder + "/task_timing.tsv"}));
  const double seconds = watch.seconds();
  LOOP_TRY_VOID(check_printed(text, rows));
  return static_cast<double>(rows) / seconds;
}

// A scan of an imported table, as a whole process; importing it is not counted.
Contender report_sqlite(const Scene& scene, const std::string& folder, std::size_t rows) {
  const auto sqlite = scene.find_program("sqlite3");
  if (!sqlite || scene.only_ours) {
    return absent_contender("SQLite", Role::peer, "sqlite3 is not installed");
  }
  const std::string database = folder + "/rows.db";
  auto imported = output_of({*sqlite, database, "-cmd", ".mode tabs",
                             fmt::format(".import {}/task_timing.tsv timing", folder)});
  if (!imported) return absent_contender("SQLite", Role::peer, imported.error().message());
  return {"SQLite",
          Role::peer,
          [=]() -> Result<double> {
            const Stopwatch watch;
            LOOP_TRY(const std::string text,
                     output_of({*sqlite, "-separator", " ", database,
                                "select count(*), sum(duration) from timing where mode = 'code' "
                                "and timestamp >= '2025-03-01' and timestamp < '2025-04-01'"}));
            const double seconds = watch.seconds();
            LOOP_TRY_VOID(check_printed(text, rows));
            return static_cast<double>(rows) / seconds;
          },
          {}};
}

Result<std::vector<Contender>> report_contenders(const Scene& scene) {
  const auto rows = scene.sized<std::size_t>(1'000, 100'000, 1'000'000);
  const std::string folder = scene.scratch;
  LOOP_TRY_VOID(write_rows(folder, rows));
  const auto mawk = scene.find_program("mawk");
  return std::vector<Contender>{
      {"get_time_tracking", Role::ours, [=] { return report_ours(scene, folder, rows); }, {}},
      mawk ? Contender{"mawk", Role::peer, [=] { return report_awk(*mawk, folder, rows); }, {}}
           : absent_contender("mawk", Role::peer, "mawk is not installed"),
      report_sqlite(scene, folder, rows)};
}

// How long a report takes, in ms, over tables of growing size.
Result<std::function<Result<double>()>> report_growth(const Scene& scene, std::size_t rows) {
  const std::string folder = fmt::format("{}/{}", scene.scratch, rows);
  LOOP_TRY_VOID(write_rows(folder, rows));
  return std::function<Result<double>()>([=]() -> Result<double> {
    LOOP_TRY(const double rate, report_ours(scene, folder, rows));
    return static_cast<double>(rows) / rate * 1000;
  });
}

}  // namespace

RowGroup report_rows() {
  RowGroup group;
  group.rows.push_back({"report.time",
                        "report over task_timing.tsv, 1M rows, every row checked",
                        "rows/s",
                        Better::more,
                        {{"mawk", 10}, {"SQLite", 5}},
                        report_contenders});
  group.growths.push_back({"report.time_growth",
                           "report over tracked time",
                           "rows",
                           "ms",
                           {1'000, 10'000, 100'000, 1'000'000, 10'000'000},
                           report_growth});
  return group;
}

}  // namespace loop::bench
