// SPDX-License-Identifier: MIT
// The queue of what is due, with a million schedules, and a step of the engine over many of them.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <numeric>
#include <random>
#include <set>
#include <vector>

#include "engine/due_queue.hpp"
#include "harness/stopwatch.hpp"
#include "loop/base/clock.h"
#include "loop/base/log.h"
#include "loop/base/process.h"
#include "loop/base/random.h"
#include "loop/engine/engine.h"
#include "loop/store/file_content.h"
#include "loop/store/layout.h"
#include "rows/all_rows.hpp"

namespace loop::bench {

namespace {

// Instants of one day, and the items in an order of their own.
struct Times {
  explicit Times(std::size_t count) : first(count), second(count), order(count) {
    std::mt19937_64 random(1);
    const auto draw = [&] {
      return Instant{Duration{static_cast<Duration::rep>(random() % 86'400'000)}};
    };
    std::ranges::generate(first, draw);
    std::ranges::generate(second, draw);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::shuffle(order, random);
  }
  std::vector<Instant> first, second;
  std::vector<std::size_t> order;
};

Status check_next(const DueQueue& queue, const std::vector<Instant>& times) {
  const bool is_right = queue.count() == times.size() && queue.next() &&
                        queue.next()->when == *std::ranges::min_element(times);
  return is_right ? Status{} : Status(Error(Errc::invalid_data, "not the earliest comes first"));
}

double per_second(std::size_t count, const Stopwatch& watch) {
  return static_cast<double>(count) / watch.seconds();
}

Result<double> insert_all(const Times& times) {
  DueQueue queue;
  queue.reset(times.first.size());
  const Stopwatch watch;
  for (std::size_t item = 0; item < times.first.size(); ++item) queue.set(item, times.first[item]);
  const double rate = per_second(times.first.size(), watch);
  LOOP_TRY_VOID(check_next(queue, times.first));
  return rate;
}

Result<double> reschedule_all(const Times& times) {
  DueQueue queue;
  queue.reset(times.first.size());
  for (std::size_t item = 0; item < times.first.size(); ++item) queue.set(item, times.first[item]);
  const Stopwatch watch;
  for (const std::size_t item : times.order) queue.set(item, times.second[item]);
  const double rate = per_second(times.first.size(), watch);
  LOOP_TRY_VOID(check_next(queue, times.second));
  return rate;
}

// What the standard library has for it.
Result<double> reschedule_in_set(const Times& times) {
  std::set<std::pair<Instant, std::size_t>> set;
  for (std::size_t item = 0; item < times.first.size(); ++item) {
    set.emplace(times.first[item], item);
  }
  const Stopwatch watch;
  for (const std::size_t item : times.order) {
    set.erase({times.first[item], item});
    set.emplace(times.second[item], item);
  }
  return per_second(times.first.size(), watch);
}

Result<double> insert_in_set(const Times& times) {
  std::set<std::pair<Instant, std::size_t>> set;
  const Stopwatch watch;
  for (std::size_t item = 0; item < times.first.size(); ++item) {
    set.emplace(times.first[item], item);
  }
  return per_second(times.first.size(), watch);
}

using Work = Result<double> (*)(const Times&);

Row queue_row(std::string id, std::string what, double per_second, Work ours, Work in_set) {
  Row row;
  row.id = std::move(id);
  row.what = std::move(what);
  row.unit = "schedules/s";
  row.goals = {{"", per_second}, {"std::set", 2}};
  row.prepare = [ours, in_set](const Scene& scene) -> Result<std::vector<Contender>> {
    const auto times =
        std::make_shared<Times>(scene.sized<std::size_t>(1000, 1'000'000, 1'000'000));
    return std::vector<Contender>{
        {"DueQueue", Role::ours, [times, ours] { return ours(*times); }, {}},
        {"std::set", Role::peer, [times, in_set] { return in_set(*times); }, {}},
    };
  };
  return row;
}

std::string many_schedules(std::size_t count) {
  std::string text = "{\n  \"schedules\": [";
  for (std::size_t number = 0; number < count; ++number) {
    text += fmt::format(
        "{}\n    {{\"id\": \"{}\", \"name\": \"n{}\", \"mode\": \"code\", \"taskInstructions\": "
        "\"work\", \"scheduleType\": \"time\", \"timeInterval\": \"1\", \"timeUnit\": \"day\", "
        "\"startDate\": \"2999-01-01\", \"startHour\": \"12\", \"startMinute\": \"00\", "
        "\"active\": true}}",
        number == 0 ? "" : ",", number, number);
  }
  return text + "\n  ]\n}\n";
}

// A step of an engine that knows its schedules, none of which is due. Its clock is its own, so that
// the file's stamp has settled.
struct IdleEngine {
  explicit IdleEngine(std::unique_ptr<FileSystem> opened) : files(std::move(opened)) {}
  Status start() {
    LOOP_TRY(engine, Engine::open({*files, clock, random, *processes, log}, EngineOptions{},
                                  EngineRole::engine));
    const Instant begin = clock.now() + std::chrono::seconds{10};
    for (int step = 0; step < 3; ++step) {
      LOOP_TRY_VOID(engine->step(begin));
      clock.sleep(std::chrono::milliseconds{1100});
    }
    return {};
  }
  Result<double> step_us() {
    const Instant now = clock.now() + std::chrono::seconds{20};
    const Stopwatch watch;
    LOOP_TRY_VOID(engine->step(now));
    const double us = watch.seconds() * 1e6;
    if (engine->schedules_looked_at() == 0) return us;
    return Error(Errc::invalid_data, "a step looked at schedules that are not due");
  }

  std::unique_ptr<FileSystem> files;
  SystemClock clock;
  SystemRandom random;
  NullLog log;
  std::unique_ptr<ProcessLauncher> processes = make_posix_process_launcher();
  std::unique_ptr<Engine> engine;
};

Result<std::function<Result<double>()>> prepare_idle_engine(const Scene& scene, std::size_t size) {
  const std::string root = fmt::format("{}/{}", scene.scratch, size);
  std::filesystem::create_directories(root);
  LOOP_TRY(auto files, open_posix_files(root));
  SystemRandom random;
  LOOP_TRY_VOID(make_directories(*files, RelativePath::of(".roo")));
  LOOP_TRY_VOID(replace_file(*files, random, layout::schedules(), many_schedules(size)));
  const auto idle = std::make_shared<IdleEngine>(std::move(files));
  LOOP_TRY_VOID(idle->start());
  return std::function<Result<double>()>([idle] { return idle->step_us(); });
}

Growth idle_step() {
  Growth growth;
  growth.id = "timer.idle_step";
  growth.what = "a step of the engine when nothing is due";
  growth.size_unit = "schedules";
  growth.unit = "us";
  growth.sizes = {10, 100, 1000, 10'000};
  growth.prepare = prepare_idle_engine;
  return growth;
}

}  // namespace

RowGroup timer_rows() {
  return {{queue_row("timer.insert", "a million schedules into the queue of what is due", 50e6,
                     insert_all, insert_in_set),
           queue_row("timer.reschedule", "a million of them moved to another time, in any order",
                     15e6, reschedule_all, reschedule_in_set)},
          {idle_step()}};
}

}  // namespace loop::bench
