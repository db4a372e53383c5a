// SPDX-License-Identifier: MIT
// Loading schedules.json: ours, which checks every field and keeps where it stands, against parsers
// that only read.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>

#ifdef BENCH_HAS_SIMDJSON
#include <simdjson.h>
#endif

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include "harness/child.hpp"
#include "harness/stopwatch.hpp"
#include "loop/domain/schedule_book.h"
#include "rows/all_rows.hpp"

namespace loop::bench {

namespace {

namespace json = boost::json;

std::string schedules_text(std::size_t count) {
  std::string text = "{\n  \"schedules\": [";
  for (std::size_t number = 0; number < count; ++number) {
    text += fmt::format(
        R"({}
    {{
      "id": "{}",
      "name": "schedule {}",
      "mode": "code",
      "modeDisplayName": "Code",
      "taskInstructions": "Look at what changed since yesterday, run the tests, and write down what was learnt.",
      "scheduleType": "time",
      "timeInterval": "10",
      "timeUnit": "minute",
      "selectedDays": {{
        "sun": true, "mon": true, "tue": true, "wed": true, "thu": true, "fri": true, "sat": true
      }},
      "startDate": "2025-01-01",
      "startHour": "00",
      "startMinute": "00",
      "active": true,
      "taskInteraction": "wait",
      "createdAt": "2025-11-01T06:28:04.939Z",
      "updatedAt": "2025-11-01T06:28:04.939Z"
    }})",
        number == 0 ? "" : ",", 1'761'978'484'939 + number, number);
  }
  return text + "\n  ]\n}\n";
}

Error missing() { return Error(Errc::invalid_data, "schedules are missing"); }

// What is loaded, and how many schedules it has.
struct Load {
  std::shared_ptr<const std::string> text;
  std::size_t count = 0;
};

Status load_ours(const Load& load) {
  LOOP_TRY(const ScheduleBook book, ScheduleBook::parse(*load.text));
  return book.schedules().size() == load.count ? Status{} : Status(missing());
}

// The document alone: no schedule is made of it.
Status load_document(const Load& load) {
  json::monotonic_resource memory;
  const json::value document = json::parse(*load.text, &memory);
  return document.at("schedules").as_array().size() == load.count ? Status{} : Status(missing());
}

#ifdef BENCH_HAS_SIMDJSON
// Each string is read, and nothing is kept.
Status load_on_demand(const Load& load) {
  simdjson::ondemand::parser parser;
  const simdjson::padded_string text(*load.text);
  simdjson::ondemand::document document = parser.iterate(text);
  std::size_t count = 0, bytes = 0;
  for (simdjson::ondemand::object schedule : document["schedules"]) {
    ++count;
    for (auto field : schedule) {
      std::string_view value;
      if (field.value().get_string().get(value) == simdjson::SUCCESS) bytes += value.size();
    }
  }
  return count == load.count && bytes > 100 * count ? Status{} : Status(missing());
}
#endif

using Loading = Status (*)(const Load&);

Result<double> rate_of_loading(Loading loading, const Load& load) {
  const Stopwatch watch;
  LOOP_TRY_VOID(loading(load));
  return static_cast<double>(load.count) / watch.seconds();
}

std::int64_t peak_bytes() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss * 1024;
}

// How much more memory a process needs at most while it loads, in sizes of the file. In a child:
// the highest use of a process never falls.
Result<double> memory_of_loading(Loading loading, const Load& load) {
  int ends[2];
  if (::pipe(ends) != 0) return Error(Errc::io, "pipe", errno);
  const pid_t child = ::fork();
  if (child < 0) return Error(Errc::io, "fork", errno);
  if (child == 0) {
    const std::int64_t before = peak_bytes();
    const std::int64_t used = loading(load) ? peak_bytes() - before : -1;
    _exit(::write(ends[1], &used, sizeof used) == sizeof used ? 0 : 1);
  }
  ::close(ends[1]);
  std::int64_t used = -1;
  const bool is_told = ::read(ends[0], &used, sizeof used) == sizeof used;
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  if (!is_told || used < 0) return missing();
  return static_cast<double>(used) / static_cast<double>(load.text->size());
}

// json.load, as the Python system before this one did at each call.
Result<double> load_old(const std::string& python, const std::string& file, std::size_t count) {
  const char* const script =
      "import json, sys, time\n"
      "begun = time.perf_counter()\n"
      "with open(sys.argv[1]) as f: document = json.load(f)\n"
      "print(len(document['schedules']), time.perf_counter() - begun)\n";
  LOOP_TRY(const std::string printed, output_of({python, "-c", script, file}));
  std::size_t loaded = 0;
  double seconds = 0;
  if (std::sscanf(printed.c_str(), "%zu %lf", &loaded, &seconds) != 2 || loaded != count) {
    return missing();
  }
  return static_cast<double>(count) / seconds;
}

using Measure = Result<double> (*)(Loading, const Load&);

std::vector<Contender> contenders(const Load& load, Measure measure) {
  std::vector<Contender> all{
      {"ScheduleBook", Role::ours, [=] { return measure(load_ours, load); }, {}},
      {"Boost.JSON document", Role::peer, [=] { return measure(load_document, load); }, {}}};
#ifdef BENCH_HAS_SIMDJSON
  all.push_back(
      {"simdjson on demand", Role::limit, [=] { return measure(load_on_demand, load); }, {}});
#else
  all.push_back(
      absent_contender("simdjson on demand", Role::limit, "built without libsimdjson-dev"));
#endif
  return all;
}

Contender old_contender(const Scene& scene, const Load& load) {
  const std::string name = "json.load (Python)";
  const auto python = scene.find_program("python3");
  if (!python) return absent_contender(name, Role::peer, "python3 is not installed");
  const std::string file = scene.scratch + "/schedules.json";
  std::ofstream(file) << *load.text;
  return {name, Role::peer, [=] { return load_old(*python, file, load.count); }, {}};
}

Load load_of(std::size_t count) {
  return {std::make_shared<const std::string>(schedules_text(count)), count};
}

Row speed_row(std::string id, std::string what, std::size_t full) {
  return {std::move(id),
          std::move(what),
          "schedules/s",
          Better::more,
          {{"Boost.JSON document", 3}, {"simdjson on demand", 0.5}},
          [full](const Scene& scene) -> Result<std::vector<Contender>> {
            const Load load = load_of(scene.sized<std::size_t>(100, 2'000, full));
            std::vector<Contender> all = contenders(load, rate_of_loading);
            all.push_back(old_contender(scene, load));
            return all;
          }};
}

Row memory_row() {
  return {"schedules.memory",
          "memory while 1M schedules are loaded, in sizes of the file",
          "x",
          Better::less,
          {{"", 2.2}},
          [](const Scene& scene) -> Result<std::vector<Contender>> {
            // Of a small file the buffers of a process would be the most of it.
            return contenders(load_of(scene.sized<std::size_t>(10'000, 20'000, 1'000'000)),
                              memory_of_loading);
          }};
}

}  // namespace

RowGroup schedules_rows() {
  RowGroup group;
  group.rows.push_back(
      speed_row("schedules.load_10k", "load of schedules.json, 10k schedules", 10'000));
  group.rows.push_back(speed_row("schedules.load_1m", "the same, 1M schedules", 1'000'000));
  group.rows.push_back(memory_row());
  return group;
}

}  // namespace loop::bench
