// SPDX-License-Identifier: MIT
// Appending a time row, without a sync: ours against bare writes, SQLite and the way of old.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "harness/child.hpp"
#include "harness/stopwatch.hpp"
#include "loop/base/clock.h"
#include "loop/base/log.h"
#include "loop/store/append_log.h"
#include "loop/store/file_system.h"
#include "rows/all_rows.hpp"
#include "rows/sqlite_table.hpp"

namespace loop::bench {

namespace {

const std::string kRow =
    "2026-11-01T06:28:04.939Z\tcode\tschedule-1761978484939-1234\t2026-11-01T06:28:04.939Z\t"
    "2026-11-01T06:38:04.939Z\t600\tnightly validation run\tok\tnorma\n";

// That the file holds what was written and no byte more.
Status check_size(const std::string& file, std::size_t rows) {
  std::error_code problem;
  const auto size = std::filesystem::file_size(file, problem);
  if (!problem && size == rows * kRow.size()) return {};
  return Error(Errc::invalid_data,
               fmt::format("{}: {} bytes after {} rows of {}", file, size, rows, kRow.size()));
}

Result<double> append_bare(const Scene& scene) {
  const std::string file = scene.scratch + "/bare.tsv";
  std::filesystem::remove(file);
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return Error(Errc::io, "open " + file, errno);
  std::size_t rows = 0;
  auto rate = rate_of(scene.round, [&]() -> Status {
    ++rows;
    return write_fully(descriptor, kRow);
  });
  ::close(descriptor);
  LOOP_TRY_VOID(check_size(file, rows));
  return rate;
}

Result<double> append_bare_synced(const Scene& scene) {
  const std::string file = scene.scratch + "/bare-synced.tsv";
  std::filesystem::remove(file);
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return Error(Errc::io, "open " + file, errno);
  std::size_t rows = 0;
  auto rate = rate_of(scene.round, [&]() -> Status {
    ++rows;
    LOOP_TRY_VOID(write_fully(descriptor, kRow));
    return ::fdatasync(descriptor) == 0 ? Status{} : Status(Error(Errc::io, "fdatasync", errno));
  });
  ::close(descriptor);
  LOOP_TRY_VOID(check_size(file, rows));
  return rate;
}

// Opened, locked, written, closed, opened again to unlock: as the Python system before this one
// did.
const char* const kOldWriter = R"(
import fcntl, os, sys, time
file, seconds, row = sys.argv[1], float(sys.argv[2]), sys.argv[3]
begun = time.perf_counter()
count = 0
while time.perf_counter() - begun < seconds:
    with open(file, 'a') as f:
        fcntl.flock(f.fileno(), fcntl.LOCK_EX)
        f.write(row)
        f.flush()
    with open(file, 'a') as f:
        fcntl.flock(f.fileno(), fcntl.LOCK_UN)
    count += 1
print(count / (time.perf_counter() - begun), count)
)";

Result<double> append_old(const Scene& scene, const std::string& python) {
  const std::string file = scene.scratch + "/old.tsv";
  std::filesystem::remove(file);
  const double seconds = std::chrono::duration<double>(scene.round).count();
  LOOP_TRY(const std::string text,
           output_of({python, "-c", kOldWriter, file, std::to_string(seconds), kRow}));
  double rate = 0;
  std::size_t rows = 0;
  if (std::sscanf(text.c_str(), "%lf %zu", &rate, &rows) != 2) {
    return Error(Errc::invalid_data, "the old writer printed " + text);
  }
  LOOP_TRY_VOID(check_size(file, rows));
  return rate;
}

#ifdef BENCH_HAS_SQLITE
Result<double> append_sqlite(const Scene& scene, const std::string& synchronous) {
  const std::string file = scene.scratch + "/sqlite-" + synchronous + ".db";
  LOOP_TRY(SqliteTable table, SqliteTable::create(file, synchronous));
  std::size_t rows = 0;
  auto rate = rate_of(scene.round, [&] {
    ++rows;
    return table.insert(kRow);
  });
  LOOP_TRY(const std::size_t there, table.count());
  if (there != rows) return Error(Errc::invalid_data, file + " lacks rows");
  return rate;
}
#endif

Contender sqlite_contender(const Scene& scene, const std::string& synchronous) {
  const std::string name = "SQLite WAL " + synchronous;
#ifdef BENCH_HAS_SQLITE
  return {name, Role::peer, [=] { return append_sqlite(scene, synchronous); }, {}};
#else
  static_cast<void>(scene);
  return absent_contender(name, Role::peer, "built without libsqlite3-dev");
#endif
}

Contender old_contender(const Scene& scene) {
  const std::string name = "old writer (Python)";
  const auto python = scene.find_program("python3");
  if (!python) return absent_contender(name, Role::peer, "python3 is not installed");
  return {name, Role::peer, [=] { return append_old(scene, *python); }, {}};
}

Result<double> append_ours(const Scene& scene, Durability durability) {
  std::filesystem::remove(scene.scratch + "/ours.tsv");
  LOOP_TRY(const auto files, open_posix_files(scene.scratch));
  SystemClock clock;
  NullLog log;
  AppendLogOptions options;
  options.durability = durability;
  AppendLog rows_log(*files, clock, log, RelativePath::of("ours.tsv"), options);
  std::size_t rows = 0;
  auto rate = rate_of(scene.round, [&]() -> Status {
    ++rows;
    auto appended = rows_log.append(kRow);
    return appended ? Status{} : Status(std::move(appended).error());
  });
  LOOP_TRY_VOID(check_size(scene.scratch + "/ours.tsv", rows));
  return rate;
}

}  // namespace

RowGroup append_rows() {
  RowGroup group;
  group.rows.push_back(
      {"append.unsynced",
       "append of a time row, lock kept, not synced",
       "rows/s",
       Better::more,
       {{"O_APPEND write, no lock", 0.5}, {"SQLite WAL NORMAL", 15}, {"old writer (Python)", 12}},
       [](const Scene& scene) -> Result<std::vector<Contender>> {
         return std::vector<Contender>{
             {"AppendLog", Role::ours, [=] { return append_ours(scene, Durability::os); }, {}},
             {"O_APPEND write, no lock", Role::limit, [=] { return append_bare(scene); }, {}},
             sqlite_contender(scene, "NORMAL"),
             old_contender(scene)};
       }});
  group.rows.push_back(
      {"append.durable",
       "durable append of a time row, one writer",
       "rows/s",
       Better::more,
       {{"write + fdatasync", 0.95}, {"SQLite WAL FULL", 1.3}},
       [](const Scene& scene) -> Result<std::vector<Contender>> {
         return std::vector<Contender>{
             {"AppendLog", Role::ours, [=] { return append_ours(scene, Durability::full); }, {}},
             {"write + fdatasync", Role::limit, [=] { return append_bare_synced(scene); }, {}},
             sqlite_contender(scene, "FULL")};
       }});
  return group;
}

}  // namespace loop::bench
