// SPDX-License-Identifier: MIT
// Appending a time row, without a sync: ours against bare writes, SQLite and the way of old.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "harness/child.hpp"
#include "harness/stopwatch.hpp"
#include "loop/base/clock.h"
#include "loop/base/log.h"
#include "loop/store/append_log.h"
#include "loop/store/file_system.h"
#include "rows/all_rows.hpp"

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

Result<double> append_ours(const Scene& scene) {
  std::filesystem::remove(scene.scratch + "/ours.tsv");
  LOOP_TRY(const auto files, open_posix_files(scene.scratch));
  SystemClock clock;
  NullLog log;
  AppendLogOptions options;
  options.durability = Durability::os;
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
  Row unsynced;
  unsynced.id = "append.unsynced";
  unsynced.what = "append of a time row, lock kept, not synced";
  unsynced.unit = "rows/s";
  unsynced.goals = {{"O_APPEND write, no lock", 0.5}};
  unsynced.prepare = [](const Scene& scene) -> Result<std::vector<Contender>> {
    return std::vector<Contender>{
        {"AppendLog", Role::ours, [scene] { return append_ours(scene); }, {}},
        {"O_APPEND write, no lock", Role::limit, [scene] { return append_bare(scene); }, {}},
    };
  };
  return {{std::move(unsynced)}, {}};
}

}  // namespace loop::bench
