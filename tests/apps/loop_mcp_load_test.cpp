// SPDX-License-Identifier: MIT
// Many calls: several servers and loopctl on one workspace at once, and one server for a long time.
// The ordinary run is a short form; the cases with the tag [.long] are the whole ones.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "apps/loopctl_fixture.hpp"
#include "support/catch.hpp"
#include "support/process_facts.hpp"

using namespace loop::test;
namespace json = boost::json;

namespace {

constexpr std::size_t kInFlight = 32;

// One call and what its answer has to be like.
struct Call {
  std::string tool;
  json::object arguments;
  std::function<bool(const json::object& answer)> is_right;
};

// A client that keeps many calls in flight. It runs in a thread of its own, so what it finds wrong
// is kept for later.
class BusyClient {
 public:
  explicit BusyClient(ProgramSpec spec) : program_(server_spec(std::move(spec))) {
    send({{"jsonrpc", "2.0"},
          {"id", 0},
          {"method", "initialize"},
          {"params",
           {{"protocolVersion", "2025-11-25"},
            {"capabilities", json::object()},
            {"clientInfo", {{"name", "test"}, {"version", "1"}}}}}});
    program_.next_line();
    send({{"jsonrpc", "2.0"}, {"method", "notifications/initialized"}});
  }

  void play(std::size_t count, const std::function<Call(std::size_t)>& call_of) {
    std::size_t next = 0;
    while (next < count || !waiting_.empty()) {
      if (next < count && waiting_.size() < kInFlight) {
        Call call = call_of(next++);
        const std::int64_t id = ++last_id_;
        send({{"jsonrpc", "2.0"},
              {"id", id},
              {"method", "tools/call"},
              {"params", {{"name", call.tool}, {"arguments", call.arguments}}}});
        waiting_.emplace(id, std::move(call));
      } else if (!take_answer()) {
        return;
      }
    }
  }

  Program& program() { return program_; }
  const std::vector<std::string>& problems() const { return problems_; }
  std::size_t answered() const { return answered_; }

 private:
  static ProgramSpec server_spec(ProgramSpec spec) {
    spec.argv = {LOOP_MCP};
    spec.keeps_input_open = true;
    return spec;
  }

  void send(const json::object& message) { program_.write_input(json::serialize(message) + "\n"); }

  bool take_answer() {
    const auto line = program_.next_line();
    if (!line) {
      problems_.push_back("no answer came");
      return false;
    }
    const json::object message = json::parse(*line).as_object();
    const auto found = waiting_.find(message.at("id").as_int64());
    if (found == waiting_.end()) {
      problems_.push_back("an answer to nobody: " + *line);
      return false;
    }
    ++answered_;
    const json::value* result = message.if_contains("result");
    const json::value* answer =
        result == nullptr ? nullptr : result->as_object().if_contains("structuredContent");
    if (answer == nullptr || !found->second.is_right(answer->as_object())) {
      problems_.push_back(found->second.tool + ": " + line->substr(0, 500));
    }
    waiting_.erase(found);
    return problems_.size() < 10;
  }

  Program program_;
  std::int64_t last_id_ = 0;
  std::size_t answered_ = 0;
  std::map<std::int64_t, Call> waiting_;
  std::vector<std::string> problems_;
};

bool succeeded(const json::object& answer) { return answer.at("success").as_bool(); }

// What one client does: writes that must not be lost, and reads whose answer shows whose they are.
class Script {
 public:
  Script(std::string name, std::size_t tracked_every)
      : name_(std::move(name)), tracked_every_(tracked_every) {}

  Call call(std::size_t index) {
    if (index % tracked_every_ == 0) return track(index);
    if (index % 500 == 1) return remember(index);
    switch (index % 6) {
      case 0: return write(index);
      case 1: return {"get_todo_status", {}, succeeded};
      case 2: return {"get_schedule_status", {}, succeeded};
      case 3: return {"list_project_structure", {{"directory", name_}}, succeeded};
      default: return read(index);
    }
  }

  // Of the rows that were acknowledged.
  const std::set<std::string>& tasks() const { return tasks_; }
  const std::set<std::string>& memories() const { return memories_; }

 private:
  std::string own_file(std::size_t index) const {
    return fmt::format("{}/f{}.txt", name_, index % 50);
  }

  Call track(std::size_t index) {
    return {"track_task_time",
            {{"task_description", fmt::format("{} task {}", name_, index)}, {"mode", "code"}},
            [this](const json::object& answer) {
              return succeeded(answer) &&
                     tasks_.insert(std::string(answer.at("task_id").as_string())).second;
            }};
  }

  Call remember(std::size_t index) {
    const std::string text = fmt::format("{} learned {}", name_, index);
    return {"update_persistent_memory",
            {{"section", "patterns"}, {"content", text}},
            [this, text](const json::object& answer) {
              memories_.insert(text);
              return succeeded(answer);
            }};
  }

  Call write(std::size_t index) {
    const std::string file = own_file(index);
    return {"write_project_file",
            {{"file_path", file}, {"content", "of " + file}, {"create_backup", false}},
            [file](const json::object& answer) {
              return succeeded(answer) && answer.at("file_path").as_string() == file;
            }};
  }

  // Written by nobody else; read before it was written it is refused, which is no answer.
  Call read(std::size_t index) {
    const std::string file = fmt::format("{}/canary{}.txt", name_, index % 20);
    return {"read_project_file", {{"file_path", file}}, [file](const json::object& answer) {
              return answer.at("content").as_string() == "secret of " + file;
            }};
  }

  const std::string name_;
  const std::size_t tracked_every_;
  std::set<std::string> tasks_;
  std::set<std::string> memories_;
};

std::string all_text_below(const std::filesystem::path& folder) {
  std::ostringstream all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) all << std::ifstream(entry.path()).rdbuf();
  }
  return all.str();
}

void play_mixed(std::size_t calls_a_server, std::size_t tracked_every, int loopctl_calls) {
  LoopctlFixture fixture;
  fixture.make_workspace();
  fixture.write("TODO.md", "- [ ] a task\n");
  for (const std::string name : {"one", "two"}) {
    std::filesystem::create_directory(fixture.root() + "/" + name);
    for (int number = 0; number < 20; ++number) {
      const std::string file = fmt::format("{}/canary{}.txt", name, number);
      fixture.write(file, "secret of " + file);
    }
  }
  BusyClient first(fixture.spec({})), second(fixture.spec({}));
  Script one("one", tracked_every), two("two", tracked_every);
  std::thread thread_one(
      [&] { first.play(calls_a_server, [&](std::size_t i) { return one.call(i); }); });
  std::thread thread_two(
      [&] { second.play(calls_a_server, [&](std::size_t i) { return two.call(i); }); });
  std::set<std::string> by_loopctl;
  for (int count = 0; count < loopctl_calls; ++count) {
    const auto answer = parse_object(
        fixture.run({"call", "track_task_time", R"({"task_description":"by hand","mode":"debug"})"})
            .out);
    by_loopctl.emplace(answer.at("task_id").as_string());
  }
  thread_one.join();
  thread_two.join();

  CHECK(first.problems() == std::vector<std::string>{});
  CHECK(second.problems() == std::vector<std::string>{});
  CHECK(first.answered() == calls_a_server);
  CHECK(second.answered() == calls_a_server);
  CHECK(by_loopctl.size() == static_cast<std::size_t>(loopctl_calls));
  // Each acknowledged row stands in the file, once.
  const std::string table = fixture.read("task_timing.tsv");
  for (const auto* ids : {&one.tasks(), &two.tasks(), &std::as_const(by_loopctl)}) {
    for (const std::string& id : *ids) {
      const std::size_t at = table.find(id);
      REQUIRE(at != std::string::npos);
      REQUIRE(table.find(id, at + 1) == std::string::npos);
    }
  }
  const std::string memory =
      fixture.read("persistent-memory.md") + all_text_below(fixture.root() + "/.loop");
  for (const auto* texts : {&one.memories(), &two.memories()}) {
    for (const std::string& remembered : *texts) {
      INFO(remembered);
      REQUIRE(memory.find(remembered) != std::string::npos);
    }
  }
}

}  // namespace

TEST_CASE("mcp load: two servers and loopctl at once lose nothing and mix nothing up") {
  play_mixed(1'500, 20, 20);
}

TEST_CASE("mcp load: the same with 100,000 calls", "[.long]") { play_mixed(49'750, 50, 500); }

namespace {

// Reads of all kinds, and refusals. After the first tenth nothing grows any more.
void play_long(std::size_t calls) {
  LoopctlFixture fixture;
  fixture.make_workspace();
  fixture.write("TODO.md", "- [ ] a task\n");
  fixture.write("a.txt", "text\n");
  BusyClient client(fixture.spec({}));
  const auto call_of = [](std::size_t index) -> Call {
    switch (index % 5) {
      case 0: return {"get_todo_status", {}, succeeded};
      case 1: return {"read_project_file", {{"file_path", "a.txt"}}, succeeded};
      case 2:
        return {"search_in_files", {{"pattern", "text"}, {"file_pattern", "*.txt"}}, succeeded};
      case 3: return {"get_persistent_memory", {}, succeeded};
      default: return {"get_mode_capabilities", {{"include_instructions", false}}, succeeded};
    }
  };
  const int pid = client.program().pid();
  client.play(calls / 10, call_of);
  const std::int64_t memory = resident_kb(pid);
  const std::ptrdiff_t open = open_files(pid);
  client.play(calls - calls / 10, call_of);
  CHECK(client.problems() == std::vector<std::string>{});
  CHECK(client.answered() == calls);
  CHECK(open_files(pid) == open);
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  WARN("skipped: the sanitizers keep freed memory, " << memory << " kB were resident");
#else
  CHECK(resident_kb(pid) < memory + 4096);
#endif
}

}  // namespace

TEST_CASE("mcp load: memory and descriptors do not grow with the calls") { play_long(20'000); }

TEST_CASE("mcp load: the same over 1,000,000 calls", "[.long]") { play_long(1'000'000); }
