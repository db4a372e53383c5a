// SPDX-License-Identifier: MIT
// Several real processes write to one time file: every acknowledged row is there, once.
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "loop/domain/time_ledger.h"
#include "support/catch.hpp"

namespace loop {
namespace {

namespace fs = std::filesystem;

constexpr int kProcesses = 8;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "loop-timing-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

TimeLedger::StartRequest request_of(std::string id, Instant now) {
  TimeLedger::StartRequest request;
  request.task_id = TaskId(std::move(id));
  request.mode = ModeSlug("code");
  request.task = "task\twith a tab";
  request.start = now;
  return request;
}

// In a child: starts and ends so many tasks of its own, and starts one that all share.
int track_tasks(const std::string& root, int process, int task_count, Durability durability) {
  auto files = open_posix_files(root);
  if (!files) return 2;
  SystemClock clock;
  NullLog log;
  TimeLedger ledger(**files, clock, log, durability);
  if (!ledger.start(request_of("shared", clock.now()))) return 3;
  for (int number = 0; number < task_count; ++number) {
    const std::string id = fmt::format("task-{}-{}", process, number);
    if (!ledger.start(request_of(id, clock.now()))) return 4;
    if (!ledger.stop(TaskId(id), "completed", clock.now())) return 5;
  }
  return 0;
}

void check_all_rows(int tasks_each, Durability durability) {
  const TemporaryFolder folder;
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) _exit(track_tasks(folder.path(), process, tasks_each, durability));
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }

  auto files = open_posix_files(folder.path());
  REQUIRE(files);
  SystemClock clock;
  NullLog log;
  const TimeTable table = TimeLedger(**files, clock, log).read().value();
  const std::size_t tasks =
      static_cast<std::size_t>(kProcesses) * static_cast<std::size_t>(tasks_each);
  CHECK(table.unreadable.empty());
  CHECK(table.rows.size() == 2 * tasks + 1);
  const auto entries = pair_entries(table);
  CHECK(entries.size() == tasks + 1);
  std::set<std::string> ids;
  for (const TimeEntry& entry : entries) {
    ids.insert(entry.task_id.str());
    CHECK(entry.end.has_value() == (entry.task_id.str() != "shared"));
  }
  CHECK(ids.size() == tasks + 1);
}

TEST_CASE("eight processes write a thousand rows each and all are there") {
  check_all_rows(500, Durability::os);
}

TEST_CASE("eight processes write synced rows and all are there") {
  check_all_rows(20, Durability::full);
}

}  // namespace
}  // namespace loop
