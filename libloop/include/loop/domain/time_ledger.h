// SPDX-License-Identifier: MIT
// Time tracking: rows of task_timing.tsv, starting and ending a task, and reports.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/ids.h"
#include "loop/base/time.h"
#include "loop/store/append_log.h"

namespace loop {

enum class Priority { normal, schedule, todo };
std::string_view to_string(Priority priority) noexcept;

// One line of the file, its columns understood as far as they can be. Old writers shifted columns,
// wrote epoch floats and other priorities ("high"): read tolerant, write strict.
struct TimeRow {
  std::size_t line = 0;  // in the file, from 1
  std::optional<Instant> timestamp;
  std::string mode;
  TaskId task_id;
  std::optional<Instant> start;
  std::optional<Instant> end;
  std::optional<std::int64_t> duration_s;
  std::string task;
  std::string result;
  std::string priority;
  bool shifted = false;  // the columns did not stand where the header says
};

struct UnreadableRow {
  std::size_t line = 0;
  std::string reason;
};

struct TimeTable {
  std::vector<TimeRow> rows;
  std::vector<UnreadableRow> unreadable;
  std::size_t row_count = 0;  // readable rows of the file, also those that were not wanted
};

TimeTable parse_time_table(std::string_view tsv);

// A task from its start row to its end row (one old-style row with both counts as closed).
struct TimeEntry {
  TaskId task_id;
  std::string mode;
  std::string task;
  std::string result;
  std::string priority;
  std::optional<Instant> start;
  std::optional<Instant> end;  // nothing: still open
  std::optional<std::int64_t> duration_s;
};

// Newest first, by start. Each row without an id is an entry of its own. A second end row of one
// task is ignored.
std::vector<TimeEntry> pair_entries(const TimeTable& table);

struct TimeGroup {
  std::string key;
  std::size_t entries = 0;
  std::int64_t total_s = 0;
};
struct TimeReport {
  // incomplete: completed ones of unknown duration; they count in no sum.
  std::size_t total_entries = 0, completed = 0, open = 0, incomplete = 0;
  std::int64_t total_s = 0, average_s = 0, median_s = 0, p95_s = 0;
  std::vector<TimeGroup> groups;  // by falling total; what has no key is "unknown"
};
enum class TimeGrouping { mode, priority, task, day };
struct TimeFilter {
  std::string mode;  // empty: all
  std::string priority;
  // By start, or by end where that is all there is: since <= time < until.
  std::optional<Instant> since, until;
};
bool matches(const TimeEntry& entry, const TimeFilter& filter);
TimeReport report(std::span<const TimeEntry> entries, const TimeFilter& filter,
                  TimeGrouping grouping);

class TimeCommits;

// Thread-safe; what several threads write at once is written and synced together. Where the rows of
// each task stand is kept in memory after the first change (16 to 48 bytes a row), so one object
// that stays is much quicker than one for each change.
class TimeLedger {
 public:
  TimeLedger(FileSystem& files, Clock& clock, Log& log, Durability durability = Durability::full);
  ~TimeLedger();

  struct StartRequest {
    TaskId task_id;
    ModeSlug mode;
    std::string task;  // tabs and line breaks become spaces; cut at 4096 bytes
    Priority priority = Priority::normal;
    Instant start{};
  };
  // One durable row, and the entry that it opens. A second start with the same id changes nothing
  // and succeeds with what there is (it is a retry). invalid_argument for an id that is empty,
  // longer than kTaskIdBytesMax, or has white space at an end or control characters.
  Result<TimeEntry> start(const StartRequest& request);

  // Appends the end row, with mode, task and priority taken from the start row. not_found for an
  // unknown id, conflict for one already ended. `duration_s` is computed from the start row.
  Result<TimeEntry> stop(const TaskId& task_id, std::string_view result, Instant end);

  // not_found for an unknown id.
  Result<TimeEntry> find(const TaskId& task_id);

  // A last line without newline is read when it is a whole row, and skipped when it is torn.
  Result<TimeTable> read();
  // Only the rows of tasks that may match: pairing them and reporting by this filter gives the
  // same. The file may be of any size; `too_large` when too many of its rows may match.
  Result<TimeTable> read(const TimeFilter& filter);

 private:
  FileSystem& files_;
  std::unique_ptr<TimeCommits> commits_;
};

inline constexpr std::string_view kTimeHeader =
    "timestamp\tmode\ttask_id\tstart_time\tend_time\tduration\ttask\tresult\tpriority";
inline constexpr std::size_t kTimeFieldBytesMax = 4096;
inline constexpr std::size_t kTaskIdBytesMax = 256;

}  // namespace loop
