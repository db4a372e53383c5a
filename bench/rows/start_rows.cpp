// SPDX-License-Identifier: MIT
// How late an agent starts: from its slot to its first action.
#include <fmt/format.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "harness/child.hpp"
#include "rows/all_rows.hpp"

namespace loop::bench {

namespace {

constexpr std::int64_t kNsASecond = 1'000'000'000;
const std::string kAgent = "date +%s%N >> stamps";  // its first action is to tell the time

std::string workspace_of(const Scene& scene) { return scene.scratch + "/workspace"; }

Status make_workspace(const Scene& scene) {
  const std::string folder = workspace_of(scene), loopctl = scene.product_program("loopctl");
  std::filesystem::create_directories(folder);
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"init"},
           {"trust", "--yes"},
           {"schedule", "add", "--name", "each second", "--type", "cron", "--cron", "* * * * * *",
            "--agent", "shell", "--instructions", kAgent}}) {
    std::vector<std::string> argv{loopctl, "-C", folder};
    argv.insert(argv.end(), words.begin(), words.end());
    LOOP_TRY_VOID(output_of(argv));
  }
  return {};
}

// Milliseconds behind its full second of the worst start of a round.
Result<double> worst_of(const std::string& stamps, std::size_t least) {
  std::ifstream file(stamps);
  std::vector<double> late;
  for (std::int64_t stamp = 0; file >> stamp;) {
    late.push_back(static_cast<double>(stamp % kNsASecond) / 1e6);
  }
  file.close();
  std::filesystem::remove(stamps);
  if (late.size() >= least) return *std::ranges::max_element(late);
  return Error(Errc::invalid_data, fmt::format("{} starts, {} were due", late.size(), least));
}

Result<double> start_by_engine(const Scene& scene, std::size_t seconds) {
  LOOP_TRY_VOID(output_of({scene.product_program("loopctl"), "-C", workspace_of(scene), "run",
                           "--for", fmt::format("{}s", seconds)}));
  return worst_of(workspace_of(scene) + "/stamps", seconds - 1);
}

// A timer at each full second, and the agent started by it.
Result<double> start_by_timer(const Scene& scene, std::size_t seconds) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  itimerspec each{};
  each.it_interval.tv_sec = 1;
  each.it_value.tv_sec = now.tv_sec + 1;
  const int timer = ::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC);
  ::timerfd_settime(timer, TFD_TIMER_ABSTIME, &each, nullptr);
  Status status;
  for (std::size_t second = 0; second < seconds && status; ++second) {
    std::uint64_t expired = 0;
    if (::read(timer, &expired, sizeof expired) != sizeof expired) {
      status = Error(Errc::io, "the timer cannot be read");
    } else if (auto run = output_of({"/bin/sh", "-c", kAgent}, {.directory = scene.scratch});
               !run) {
      status = std::move(run).error();
    }
  }
  ::close(timer);
  LOOP_TRY_VOID(std::move(status));
  return worst_of(scene.scratch + "/stamps", seconds);
}

Result<std::vector<Contender>> contenders(const Scene& scene) {
  LOOP_TRY_VOID(make_workspace(scene));
  const auto seconds = scene.sized<std::size_t>(2, 5, 20);
  return std::vector<Contender>{
      {"loopctl run", Role::ours, [=] { return start_by_engine(scene, seconds); }, {}},
      {"timerfd and posix_spawn", Role::limit, [=] { return start_by_timer(scene, seconds); }, {}}};
}

}  // namespace

RowGroup start_rows() {
  RowGroup group;
  group.rows.push_back({"start.lateness",
                        "from a slot to its agent's first action, the worst of 20",
                        "ms",
                        Better::less,
                        {{"timerfd and posix_spawn", 1 / 1.2}},
                        contenders});
  return group;
}

}  // namespace loop::bench
