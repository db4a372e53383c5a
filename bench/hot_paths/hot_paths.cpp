// SPDX-License-Identifier: MIT
// The table of hot paths.
#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

#include <boost/json.hpp>

#include "hot_paths/hot_path.hpp"
#include "loop/base/clock.h"
#include "loop/base/log.h"
#include "loop/base/process.h"
#include "loop/base/random.h"
#include "loop/domain/schedule_book.h"
#include "loop/domain/time_ledger.h"
#include "loop/engine/engine.h"
#include "loop/ops/operation.h"
#include "loop/store/append_log.h"
#include "loop/store/file_content.h"
#include "mcp/server/server.hpp"
#include "mcp/server/session.hpp"
#include "mcp/server/work_queue.hpp"

namespace loop::bench {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

Error wrong(const std::string& what) { return Error(Errc::invalid_data, what); }

// Rows that differ in their id and mode only, so that making them costs next to nothing.
std::string time_row(int number) {
  const std::string digits = std::to_string(1'000'000 + number);
  return std::string("2026-11-01T06:29:04.939Z\t") + (number % 3 == 0 ? "code" : "debug") +
         "\ttask-" + digits +
         "\t2026-11-01T06:28:04.939Z\t2026-11-01T06:29:04.939Z\t60\tnightly validation run\t"
         "completed\tnormal\n";
}

std::string schedules_text(int count) {
  std::string text = "{\n  \"schedules\": [";
  for (int number = 0; number < count; ++number) {
    text += fmt::format(
        R"({}
    {{
      "id": "{}",
      "name": "schedule {}",
      "mode": "code",
      "modeDisplayName": "Code",
      "taskInstructions": "Look at what changed since yesterday, run the tests, and write down what was learnt about them in the shared memory.",
      "scheduleType": "time",
      "timeInterval": "10",
      "timeUnit": "minute",
      "selectedDays": {{ "sun": true, "mon": true, "tue": true, "wed": true, "thu": true, "fri": true, "sat": true }},
      "startDate": "2030-01-01",
      "startHour": "00",
      "startMinute": "00",
      "active": true,
      "taskInteraction": "wait",
      "createdAt": "2025-11-01T06:28:04.939Z",
      "updatedAt": "2025-11-01T06:28:04.939Z"
    }})",
        number == 0 ? "" : ",", 1761978484939LL + number, number);
  }
  return text + "\n  ]\n}\n";
}

// The services of an operation or an engine on a real folder.
struct Services {
  explicit Services(const std::string& folder) : files(open_posix_files(folder).value()) {}
  EngineContext context() { return {*files, clock, random, *processes, log}; }
  TimeLedger& time() {
    if (!ledger) ledger.emplace(*files, clock, log);
    return *ledger;
  }

  SystemClock clock;
  SystemRandom random;
  NullLog log;
  std::unique_ptr<FileSystem> files;
  std::unique_ptr<ProcessLauncher> processes = make_posix_process_launcher();
  std::optional<TimeLedger> ledger;
};

Status append_rows(const std::string& folder, int times) {
  Services services(folder);
  AppendLogOptions options;
  options.durability = Durability::os;
  AppendLog rows(*services.files, services.clock, services.log, RelativePath::of("rows.tsv"),
                 options);
  std::size_t bytes = 0;
  for (int number = 0; number < times; ++number) {
    const std::string row = time_row(number);
    bytes += row.size();
    LOOP_TRY_VOID(rows.append(row));
  }
  if (fs::file_size(folder + "/rows.tsv") != bytes) return wrong("rows are missing");
  return {};
}

Status append_durably(const std::string& folder, int times) {
  Services services(folder);
  AppendLog rows(*services.files, services.clock, services.log, RelativePath::of("rows.tsv"), {});
  for (int number = 0; number < times; ++number) LOOP_TRY_VOID(rows.append(time_row(number)));
  return {};
}

Status replace(const std::string& folder, int times) {
  Services services(folder);
  const std::string content(30'000, 'x');
  for (int number = 0; number < times; ++number) {
    LOOP_TRY_VOID(replace_file(*services.files, services.random, RelativePath::of("memory.md"),
                               content + std::to_string(number)));
  }
  return {};
}

Status parse_schedules(const std::string&, int times) {
  const std::string text = schedules_text(times);
  LOOP_TRY(const ScheduleBook book, ScheduleBook::parse(text));
  if (book.schedules().size() != static_cast<std::size_t>(times)) return wrong("schedules");
  return {};
}

Status report_time(const std::string& folder, int times) {
  {
    std::ofstream file(folder + "/task_timing.tsv");
    file << kTimeHeader << "\n";
    for (int number = 0; number < times; ++number) file << time_row(number);
  }
  Services services(folder);
  const EngineOptions options;
  const OperationContext context{
      .services = services.context(), .engine = options, .time = services.time()};
  const Operation* operation = find_operation("get_time_tracking");
  LOOP_TRY(const json::object answer,
           call_operation(context, *operation, {{"filter_mode", "code"}, {"limit", 1}}));
  if (answer.at("analysis").at("total_entries").to_number<int>() != (times + 2) / 3) {
    return wrong("report");
  }
  return {};
}

Status search(const std::string& folder, int times) {
  std::string text;
  for (int line = 0; line < 200; ++line) {
    text += fmt::format("  const int value_{0} = compute({0}, \"some text of a line\");\n", line);
  }
  text += "EXPORT_SYMBOL(last);\n";
  for (int number = 0; number < times; ++number) {
    std::ofstream(fmt::format("{}/file{}.cpp", folder, number)) << text;
  }
  Services services(folder);
  const EngineOptions options;
  const OperationContext context{
      .services = services.context(), .engine = options, .time = services.time()};
  LOOP_TRY(const json::object answer, call_operation(context, *find_operation("search_in_files"),
                                                     {{"pattern", "EXPORT_SYMBOL"}}));
  if (answer.at("match_count").to_number<int>() != times) return wrong("search");
  return {};
}

// Steps in which nothing is due.
Status idle_steps(const std::string& folder, int times) {
  fs::create_directories(folder + "/.roo");
  const std::string file = folder + "/.roo/schedules.json";
  std::ofstream(file) << schedules_text(200);
  // A file that changed just now is read again at each step.
  fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours{1});
  Services services(folder);
  EngineOptions options;
  options.runner_command = {"/bin/false"};
  LOOP_TRY(const auto engine, Engine::open(services.context(), options, EngineRole::engine));
  const Instant now = services.clock.now();
  for (int number = 0; number < times; ++number) LOOP_TRY_VOID(engine->step(now));
  return engine->close(now);
}

class NoQueue final : public mcp::WorkQueue {
 public:
  bool submit(std::function<void()>) override { return false; }
};

class CountingChannel final : public mcp::Channel {
 public:
  void send(const json::object& message, mcp::Delivery) override {
    bytes += json::serialize(message).size();
    ++messages;
  }
  void send(const json::array&) override {}
  std::size_t bytes = 0;
  int messages = 0;
};

mcp::ServerDefinition echo_definition() {
  mcp::ServerDefinition definition{.implementation = {"hot-paths", "1"}};
  definition.tools.push_back(
      {.name = "echo",
       .input_schema = {{"type", "object"}},
       .place = mcp::WorkPlace::reader,
       .run = [](mcp::Call&, const json::object& arguments) -> mcp::Reply<mcp::ToolResult> {
         return mcp::ToolResult{
             .content = {mcp::TextContent{std::string(arguments.at("message").as_string())}}};
       }});
  return definition;
}

// From the line of a request to the line of its answer.
Status echo_calls(const std::string&, int times) {
  SystemClock clock;
  SystemRandom random;
  NullLog log;
  NoQueue queue;
  mcp::Server server(echo_definition(),
                     {.work = queue, .clock = clock, .random = random, .log = log});
  const auto channel = std::make_shared<CountingChannel>();
  mcp::Session session(server, channel);
  session.receive(
      R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25",)"
      R"("capabilities":{},"clientInfo":{"name":"hot-paths","version":"1"}}})",
      channel);
  for (int number = 1; number <= times; ++number) {
    session.receive(fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"tools/call","params":)"
                                R"({{"name":"echo","arguments":{{"message":"hello"}}}}}})",
                                number),
                    channel);
  }
  if (channel->messages != times + 1) return wrong("answers are missing");
  return {};
}

Status read_file_calls(const std::string& folder, int times) {
  std::ofstream(folder + "/notes.txt") << std::string(2700, 'n');
  Services services(folder);
  const EngineOptions options;
  const OperationContext context{
      .services = services.context(), .engine = options, .time = services.time()};
  const Operation* operation = find_operation("read_project_file");
  for (int number = 0; number < times; ++number) {
    LOOP_TRY(const json::object answer,
             call_operation(context, *operation, {{"file_path", "notes.txt"}}));
    if (answer.at("content").as_string().size() != 2700) return wrong("content");
  }
  return {};
}

}  // namespace

std::vector<HotPath> hot_paths() {
  return {
      {"append", "a time row appended, not synced", 10, 510, append_rows},
      {"append_durably", "a time row appended and synced", 10, 110, append_durably},
      {"replace", "a file of 30 kB replaced durably", 5, 55, replace},
      {"schedules", "a schedule read", 20, 420, parse_schedules},
      {"time_report", "a row of a report over tracked time", 100, 2100, report_time},
      {"search", "a file of 13 kB searched", 10, 110, search},
      {"idle_step", "a step of the engine over 200 schedules, none due", 2, 52, idle_steps},
      {"echo_call", "a tool call, from its line to the line of the answer", 20, 520, echo_calls},
      {"read_file", "read_project_file, 2.7 kB", 20, 320, read_file_calls},
  };
}

}  // namespace loop::bench
