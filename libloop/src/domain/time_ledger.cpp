// SPDX-License-Identifier: MIT
// Start and end rows of task_timing.tsv on disk.
#include "loop/domain/time_ledger.h"

#include <fmt/format.h>

#include "domain/time_commits.hpp"
#include "domain/time_row.hpp"
#include "domain/time_selection.hpp"
#include "loop/base/text.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"

namespace loop {

namespace {

AppendLogOptions log_options(Durability durability) {
  AppendLogOptions options;
  options.durability = durability;
  options.header = kTimeHeader;
  options.is_whole_line = is_whole_time_row;
  return options;
}

Status check_id(const TaskId& id) {
  const std::string& text = id.str();
  const bool is_plain = !text.empty() && text.size() <= kTaskIdBytesMax && trim(text) == text &&
                        to_single_line(text) == text && !find_invalid_utf8(text);
  if (is_plain) return {};
  return Error(Errc::invalid_argument,
               fmt::format("task_id \"{}\": 1 to {} bytes of one line are needed, without white "
                           "space at the ends",
                           to_valid_utf8(ellipsize(to_single_line(text), 80)), kTaskIdBytesMax));
}

// Without an unfinished last line: perhaps another process writes it at this moment.
std::string_view whole_rows(std::string_view text) {
  if (text.ends_with('\n')) return text;
  const std::size_t last = text.rfind('\n') + 1;
  return is_whole_time_row(text.substr(last)) ? text : text.substr(0, last);
}

TimeRow end_row(const TimeEntry& entry) {
  TimeRow row;
  row.timestamp = entry.end;
  row.mode = entry.mode;
  row.task_id = entry.task_id;
  row.start = entry.start;
  row.end = entry.end;
  row.duration_s = entry.duration_s;
  row.task = entry.task;
  row.result = entry.result;
  row.priority = entry.priority;
  return row;
}

TimeEntry entry_of(const TimeTable& rows) { return std::move(pair_entries(rows).front()); }

Result<TimeEntry> close_entry(const TimeTable& rows, const TaskId& id, std::string_view result,
                              Instant end) {
  if (rows.rows.empty()) {
    return Error(Errc::not_found, fmt::format("no task \"{}\" was started", id.str()));
  }
  TimeEntry entry = entry_of(rows);
  if (entry.end) {
    return Error(Errc::conflict, fmt::format("task \"{}\" has ended already, at {}", id.str(),
                                             format_instant(*entry.end)));
  }
  entry.end = end;
  // A clock that was set back must not make a task last less than nothing.
  entry.duration_s = seconds_between(entry.start, end).value_or(0);
  entry.result = time_field_text(result);
  if (entry.priority.empty()) entry.priority = to_string(Priority::normal);
  return entry;
}

}  // namespace

TimeLedger::TimeLedger(FileSystem& files, Clock& clock, Log& log, Durability durability)
    : files_(files),
      commits_(std::make_unique<TimeCommits>(
          AppendLog(files, clock, log, layout::timing(), log_options(durability)))) {}

TimeLedger::~TimeLedger() = default;

Result<TimeEntry> TimeLedger::start(const StartRequest& request) {
  LOOP_TRY_VOID(check_id(request.task_id));
  TimeRow row;
  row.timestamp = request.start;
  row.mode = request.mode.str();
  row.task_id = request.task_id;
  row.start = request.start;
  row.task = request.task;
  row.result = "started";
  row.priority = to_string(request.priority);
  TimeEntry entry;
  LOOP_TRY_VOID(
      commits_->commit(request.task_id, [&](const TimeTable& rows) -> Result<std::string> {
        const bool is_retry = !rows.rows.empty();
        if (is_retry) {
          entry = entry_of(rows);
          return std::string();
        }
        std::string line = format_time_row(row);
        entry = entry_of(parse_time_table(line));
        return line;
      }));
  return entry;
}

Result<TimeEntry> TimeLedger::stop(const TaskId& task_id, std::string_view result, Instant end) {
  LOOP_TRY_VOID(check_id(task_id));
  TimeEntry closed;
  LOOP_TRY_VOID(commits_->commit(task_id, [&](const TimeTable& rows) -> Result<std::string> {
    LOOP_TRY(closed, close_entry(rows, task_id, result, end));
    return format_time_row(end_row(closed));
  }));
  return closed;
}

Result<TimeEntry> TimeLedger::find(const TaskId& task_id) {
  LOOP_TRY(const TimeTable table, read());
  for (TimeEntry& entry : pair_entries(table)) {
    if (entry.task_id == task_id) return std::move(entry);
  }
  return Error(Errc::not_found, fmt::format("no task \"{}\" in the time rows", task_id.str()));
}

Result<TimeTable> TimeLedger::read() {
  LOOP_TRY(const auto content, read_file_if_exists(files_, layout::timing()));
  return parse_time_table(content ? whole_rows(content->bytes) : std::string_view{});
}

Result<TimeTable> TimeLedger::read(const TimeFilter& filter) {
  const auto file = files_.open(layout::timing(), {});
  if (!file && file.error().code() == Errc::not_found) return TimeTable{};
  if (!file) return file.error();
  LOOP_TRY(const FileInfo info, (*file)->info());
  return select_time_rows(
      [&](std::uint64_t offset, std::span<char> into) { return (*file)->read_at(offset, into); },
      info.size_bytes, filter);
}

}  // namespace loop
