// SPDX-License-Identifier: MIT
// Operations on schedules, memory and time on the real disk, many at once.
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <set>
#include <thread>
#include <vector>

#include "loop/domain/time_ledger.h"
#include "loop/ops/get_persistent_memory.h"
#include "loop/ops/get_schedule_status.h"
#include "loop/ops/get_time_tracking.h"
#include "loop/ops/manage_schedules.h"
#include "loop/ops/track_task_time.h"
#include "loop/ops/update_persistent_memory.h"
#include "loop/store/recovery.h"
#include "ops/operations_fixture.hpp"

using namespace loop;
using namespace loop::test;

namespace {

constexpr int kThreads = 4;
constexpr int kRounds = 10;

class RealWorkspace {
 public:
  RealWorkspace() : root_("/tmp/loop-race-XXXXXX") {
    REQUIRE(mkdtemp(root_.data()) != nullptr);
    auto opened = open_posix_files(root_);
    REQUIRE(opened);
    files_ = std::move(*opened);
    REQUIRE(prepare_state(*files_, clock_, random_, log_));
    time_.emplace(*files_, clock_, log_);
  }
  ~RealWorkspace() { std::filesystem::remove_all(root_); }
  RealWorkspace(const RealWorkspace&) = delete;
  RealWorkspace& operator=(const RealWorkspace&) = delete;

  OperationContext context() {
    return {.services = {*files_, clock_, random_, fixture_.world.processes, log_},
            .engine = fixture_.world.options,
            .time = *time_};
  }

  // `work` says whether it succeeded. Each thread opens the files anew, as a process would.
  int count_successes(const std::function<bool(int thread, int round)>& work) {
    std::atomic<int> successes{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        for (int round = 0; round < kRounds; ++round) successes += work(thread, round) ? 1 : 0;
      });
    }
    for (std::thread& thread : threads) thread.join();
    return successes;
  }

 private:
  std::string root_;
  SystemClock clock_;
  SystemRandom random_;
  NullLog log_;
  std::unique_ptr<FileSystem> files_;
  std::optional<TimeLedger> time_;
  OperationsFixture fixture_;
};

std::string name_of(int thread, int round) {
  return "s" + std::to_string(thread) + "-" + std::to_string(round);
}

}  // namespace

TEST_CASE("of schedules that many create and change at once none is lost") {
  RealWorkspace workspace;
  const auto create_and_pause = [&](int thread, int round) {
    const auto context = workspace.context();
    const auto created = manage_schedules(
        context, {.action = ScheduleAction::create,
                  .schedule_data = AnyObject{R"({"name":")" + name_of(thread, round) +
                                             R"(","taskInstructions":"t"})"}});
    if (!created) return false;
    return manage_schedules(context,
                            {.action = ScheduleAction::pause, .schedule_id = created->schedule_id})
        .has_value();
  };

  CHECK(workspace.count_successes(create_and_pause) == kThreads * kRounds);

  const auto status = get_schedule_status(workspace.context(), {.include_inactive = true});
  REQUIRE(status);
  CHECK(status->total_schedules == kThreads * kRounds);
  std::set<std::string> ids;
  for (const AnyObject& schedule : status->schedules) {
    const auto object = boost::json::parse(schedule.json);
    CHECK(object.at("status") == "paused");
    ids.emplace(object.at("id").as_string());
  }
  CHECK(ids.size() == kThreads * kRounds);
}

TEST_CASE("of entries that many add to the memory at once none is lost") {
  RealWorkspace workspace;
  const auto add = [&](int thread, int round) {
    return update_persistent_memory(workspace.context(),
                                    {.section = "status", .content = name_of(thread, round)})
        .has_value();
  };

  CHECK(workspace.count_successes(add) == kThreads * kRounds);

  const auto memory = get_persistent_memory(workspace.context(), {});
  REQUIRE(memory);
  CHECK(memory->findings.empty());
  std::set<std::string> achievements;
  for (const MemorySectionEntry& entry : memory->sections[2].entries) {
    achievements.insert(entry.achievement);
  }
  CHECK(achievements.size() == kThreads * kRounds);
}

TEST_CASE("of tasks that many start and end at once every row is kept") {
  RealWorkspace workspace;
  const auto track = [&](int thread, int round) {
    const auto context = workspace.context();
    const auto started = track_task_time(context, {.task_description = name_of(thread, round)});
    if (!started) return false;
    return track_task_time(context, {.task_description = name_of(thread, round),
                                     .start_tracking = false,
                                     .task_id = started->task_id})
        .has_value();
  };

  CHECK(workspace.count_successes(track) == kThreads * kRounds);

  const auto times = get_time_tracking(workspace.context(), {});
  REQUIRE(times);
  CHECK(times->rows == 2 * kThreads * kRounds);
  CHECK(times->analysis.completed == kThreads * kRounds);
  CHECK(times->analysis.open == 0);
}
