// SPDX-License-Identifier: MIT
// Changes of the time file by many threads at once.
#include "domain/time_commits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "domain/time_row.hpp"
#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "support/catch.hpp"

namespace loop {
namespace {

constexpr int kWaiting = 20;

struct Disk {
  sim::SimClock clock{*parse_instant("2025-11-02T10:00:00Z")};
  sim::SimFiles files{clock};
  NullLog log;

  AppendLog open_log() { return {files, clock, log, RelativePath::of("rows.tsv"), {}}; }
  std::string text() const { return files.content("rows.tsv").value_or(""); }
};

std::string row_of(const TaskId& id, const std::string& result) {
  TimeRow row;
  row.timestamp = row.start = *parse_instant("2025-11-02T10:00:00Z");
  row.mode = "code";
  row.task_id = id;
  row.task = "build";
  row.result = result;
  row.priority = "normal";
  return format_time_row(row);
}

TaskId id_of(int number) { return TaskId(fmt::format("task-{}", number)); }

// One change that is being decided while `kWaiting` others come, so that those make one round.
// `in_round` is called by each of those with its number and gives how it ended.
class Crowd {
 public:
  explicit Crowd(TimeCommits& commits) : commits_(commits) {}

  template <class InRound>
  void run(const std::function<void()>& before_round, InRound in_round) {
    std::vector<std::thread> threads;
    const Status first = commits_.commit(TaskId("first"), [&](const TimeTable&) {
      for (int number = 0; number < kWaiting; ++number) {
        threads.emplace_back([&, number] {
          ++arrived_;
          in_round(number);
        });
      }
      while (arrived_ < kWaiting) std::this_thread::yield();
      // From having arrived to waiting in the queue; late ones only make one round more.
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
      before_round();
      return Result<std::string>(row_of(TaskId("first"), "started"));
    });
    for (std::thread& thread : threads) thread.join();
    CHECK(first);
  }

 private:
  TimeCommits& commits_;
  std::atomic<int> arrived_{0};
};

TEST_CASE("changes that wait are written together and all are durable") {
  Disk disk;
  TimeCommits commits(disk.open_log());
  const auto append = [&](int number) {
    return commits.commit(id_of(number), [&](const TimeTable& rows) -> Result<std::string> {
      return rows.rows.empty() ? row_of(id_of(number), "started") : std::string();
    });
  };
  REQUIRE(append(-1));
  const std::uint64_t before_one = disk.files.calls();
  REQUIRE(append(-2));
  const std::uint64_t calls_of_one = disk.files.calls() - before_one;

  std::atomic<int> done{0};
  const std::uint64_t before = disk.files.calls();
  Crowd(commits).run([] {}, [&](int number) { done += append(number).has_value() ? 1 : 0; });

  CHECK(done == kWaiting);
  CHECK(disk.files.calls() - before < kWaiting * calls_of_one / 2);
  disk.files.crash_to_synced();
  const TimeTable table = parse_time_table(disk.text());
  CHECK(table.rows.size() == kWaiting + 3);
  CHECK(table.unreadable.empty());
}

TEST_CASE("of equal starts in one round one writes a row, and the others see it") {
  Disk disk;
  TimeCommits commits(disk.open_log());
  std::atomic<int> wrote{0}, succeeded{0};
  Crowd(commits).run(
      [] {},
      [&](int) {
        succeeded += commits.commit(TaskId("same"),
                                    [&](const TimeTable& rows) {
                                      if (!rows.rows.empty())
                                        return Result<std::string>(std::string());
                                      ++wrote;
                                      return Result<std::string>(row_of(TaskId("same"), "started"));
                                    })
                             .has_value()
                         ? 1
                         : 0;
      });

  CHECK(wrote == 1);
  CHECK(succeeded == kWaiting);
  CHECK(parse_time_table(disk.text()).rows.size() == 2);
}

TEST_CASE("a round that cannot be written fails for all of it, and the next one works") {
  Disk disk;
  TimeCommits commits(disk.open_log());
  std::atomic<int> failed{0}, refused{0};
  const auto change = [&](int number) {
    const Status status =
        commits.commit(id_of(number), [&](const TimeTable&) -> Result<std::string> {
          if (number % 2 == 1) return Error(Errc::conflict, "odd");
          return row_of(id_of(number), "started");
        });
    if (status) return;
    ++(status.error().code() == Errc::conflict ? refused : failed);
  };
  // Room for the first change alone.
  std::atomic<bool> is_full{false};
  Crowd(commits).run([] {},
                     [&](int number) {
                       if (!is_full.exchange(true)) disk.files.set_free_bytes(120);
                       change(number);
                     });

  CHECK(refused == kWaiting / 2);
  CHECK(failed == kWaiting / 2);
  CHECK(parse_time_table(disk.text()).rows.size() == 1);
  disk.files.set_free_bytes(std::nullopt);
  change(100);
  CHECK(failed == kWaiting / 2);
  CHECK(parse_time_table(disk.text()).rows.size() == 2);
}

TEST_CASE("an exception in one change fails its round, and the next one works") {
  Disk disk;
  TimeCommits commits(disk.open_log());
  std::atomic<int> failed{0};
  Crowd(commits).run([] {},
                     [&](int number) {
                       const Status status = commits.commit(id_of(number), [&](const TimeTable&) {
                         if (number == 0) throw std::bad_alloc();
                         return Result<std::string>(row_of(id_of(number), "started"));
                       });
                       failed += status ? 0 : 1;
                     });

  CHECK(failed >= 1);
  const std::size_t rows = parse_time_table(disk.text()).rows.size();
  CHECK(rows == static_cast<std::size_t>(1 + kWaiting - failed));
  CHECK(commits.commit(TaskId("later"), [&](const TimeTable&) {
    return Result<std::string>(row_of(TaskId("later"), "started"));
  }));
}

}  // namespace
}  // namespace loop
