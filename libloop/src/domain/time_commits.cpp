// SPDX-License-Identifier: MIT
// One leader a round, which hands on to the first who waits.
#include "domain/time_commits.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "domain/time_row.hpp"

namespace loop {

namespace {

// Of a round, which has a few dozen rows at most.
void add_rows_of(const TaskId& id, std::string_view lines, TimeTable& table) {
  while (!lines.empty()) {
    const std::size_t newline = lines.find('\n');
    TimeLine line = read_time_line(lines.substr(0, newline));
    auto* row = std::get_if<TimeRow>(&line);
    if (row != nullptr && row->task_id == id) table.rows.push_back(std::move(*row));
    lines.remove_prefix(newline + 1);
  }
}

}  // namespace

Status TimeCommits::commit(const TaskId& id, const Decide& decide) {
  Change change{.id = id, .decide = decide};
  std::vector<Change*> round;
  {
    std::unique_lock lock(mutex_);
    waiting_.push_back(&change);
    if (!is_writing_) change.is_leader = is_writing_ = true;
    change.wake.wait(lock, [&] { return change.is_leader || change.is_done; });
    if (change.is_done) return std::move(change.outcome);
    round.swap(waiting_);
  }
  try {
    write(round);
  } catch (const std::exception& problem) {
    // Whoever waits must be told, whatever happened: too little memory, for one.
    fail(round, Error(Errc::io, fmt::format("change the time rows: {}", problem.what())),
         Failing::all);
  }
  // Under the lock: a change is gone as soon as its thread sees that it is done.
  const std::lock_guard lock(mutex_);
  for (Change* written : round) {
    written->is_done = true;
    if (written != &change) written->wake.notify_one();
  }
  is_writing_ = !waiting_.empty();
  if (is_writing_) {
    waiting_.front()->is_leader = true;
    waiting_.front()->wake.notify_one();
  }
  return std::move(change.outcome);
}

void TimeCommits::write(const std::vector<Change*>& round) {
  bool is_decided = false;
  const auto appended = log_.append_by([&](const AppendLog::Content& content) {
    is_decided = true;
    return decide_all(round, content);
  });
  if (!appended) fail(round, appended.error(), is_decided ? Failing::undecided : Failing::all);
}

void TimeCommits::fail(const std::vector<Change*>& round, const Error& error, Failing failing) {
  for (Change* change : round) {
    const bool is_refused_by_file = !change->outcome && !change->has_seen_round;
    if (failing == Failing::all || !is_refused_by_file) change->outcome = error;
  }
}

Result<std::string> TimeCommits::decide_all(const std::vector<Change*>& round,
                                            const AppendLog::Content& content) {
  LOOP_TRY_VOID(index_.follow(content));
  std::string lines;
  for (Change* change : round) change->outcome = decide_one(*change, content, lines);
  return lines;
}

Status TimeCommits::decide_one(Change& change, const AppendLog::Content& content,
                               std::string& lines) {
  LOOP_TRY(TimeTable rows, index_.rows_of(content, change.id));
  const std::size_t in_file = rows.rows.size();
  add_rows_of(change.id, lines, rows);
  change.has_seen_round = rows.rows.size() > in_file;
  LOOP_TRY(const std::string own, change.decide(rows));
  lines += own;
  return {};
}

}  // namespace loop
