// SPDX-License-Identifier: MIT
// Changes of task_timing.tsv by many threads of one process, written and synced together.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "domain/time_index.hpp"
#include "loop/store/append_log.h"

namespace loop {

// A thread that finds nobody writing takes what waits, its own change and those of others, and
// writes it under one lock, with one write and one sync; whoever comes meanwhile waits for the next
// round. Thread-safe.
class TimeCommits {
 public:
  explicit TimeCommits(AppendLog log) : log_(std::move(log)) {}

  // Is given the rows of the task that stand in the file and those before it in this round; what
  // it returns is appended (empty: nothing).
  using Decide = std::function<Result<std::string>(const TimeTable& rows)>;
  // Durable, as the log's options say. The error of `decide`, or of writing.
  Status commit(const TaskId& id, const Decide& decide);

 private:
  struct Change {
    const TaskId& id;
    const Decide& decide;
    Status outcome{};
    bool has_seen_round = false;  // decided by rows that are written in the same round
    bool is_leader = false, is_done = false;
    std::condition_variable wake{};
  };

  // undecided: not those that were refused by what stands in the file.
  enum class Failing { all, undecided };

  void write(const std::vector<Change*>& round);
  static void fail(const std::vector<Change*>& round, const Error& error, Failing failing);
  Result<std::string> decide_all(const std::vector<Change*>& round,
                                 const AppendLog::Content& content);
  Status decide_one(Change& change, const AppendLog::Content& content, std::string& lines);

  std::mutex mutex_;
  std::vector<Change*> waiting_;
  bool is_writing_ = false;

  // Only whoever writes touches these.
  AppendLog log_;
  TimeIndex index_;
};

}  // namespace loop
