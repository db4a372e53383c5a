// SPDX-License-Identifier: MIT
// Each operation while other processes do the same: built programs, started at once.
#include <memory>
#include <set>

#include "apps/loopctl_fixture.hpp"
#include "loop/base/text.h"
#include "support/catch.hpp"

using namespace loop::test;
using Catch::Contains;
namespace json = boost::json;

namespace {

constexpr int kProcesses = 6;

class Crowd : public LoopctlFixture {
 public:
  Crowd() { make_workspace(); }

  json::object call(const std::string& operation, const json::object& arguments = {}) const {
    return parse_object(run({"call", operation, json::serialize(arguments)}).out);
  }

  // Starts every call before it waits for any.
  struct Call {
    std::string operation;
    json::object arguments;
  };
  std::vector<json::object> call_at_once(const std::vector<Call>& calls) const {
    std::vector<std::unique_ptr<Program>> programs;
    for (const Call& call : calls) {
      programs.push_back(std::make_unique<Program>(
          spec({"call", call.operation, json::serialize(call.arguments)})));
    }
    std::vector<json::object> answers;
    for (const auto& program : programs) answers.push_back(parse_object(program->wait().out));
    return answers;
  }

  template <class Arguments>
  std::vector<json::object> many(const std::string& operation, Arguments&& arguments) const {
    std::vector<Call> calls;
    for (int i = 0; i < kProcesses; ++i) calls.push_back({operation, arguments(i)});
    return call_at_once(calls);
  }
};

int count_successes(const std::vector<json::object>& answers) {
  int successes = 0;
  for (const json::object& answer : answers) {
    INFO(json::serialize(answer));
    const bool is_success = answer.at("success").as_bool();
    successes += is_success ? 1 : 0;
    // Who does not win is told so, and nothing worse.
    if (!is_success) CHECK(answer.contains("code"));
  }
  return successes;
}

std::set<std::string> texts(const std::vector<json::object>& answers, std::string_view field) {
  std::set<std::string> found;
  for (const json::object& answer : answers) {
    if (answer.contains(field)) found.emplace(answer.at(field).as_string());
  }
  return found;
}

std::string code_of(const json::object& answer) {
  return answer.contains("code") ? std::string(answer.at("code").as_string()) : "";
}

std::string name_of(int i) { return "p" + std::to_string(i); }

std::size_t count_in(const std::string& text, const std::string& wanted) {
  std::size_t count = 0;
  for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1))
    ++count;
  return count;
}

}  // namespace

TEST_CASE("processes that create and change schedules at once: ids of their own, no change lost") {
  const Crowd crowd;
  const auto created = crowd.many("manage_schedules", [](int i) -> json::object {
    return {{"action", "create"},
            {"schedule_data", {{"name", name_of(i)}, {"taskInstructions", "t"}}}};
  });
  REQUIRE(count_successes(created) == kProcesses);
  CHECK(texts(created, "schedule_id").size() == kProcesses);

  const std::string id(created[0].at("schedule_id").as_string());
  const std::vector<json::object> changes{{{"timeInterval", 7}}, {{"taskInstructions", "new"}},
                                          {{"loop.note", "n"}},  {{"expirationDate", "2099-01-01"}},
                                          {{"loop.retries", 2}}, {{"taskInteraction", "skip"}}};
  const auto updated = crowd.many("manage_schedules", [&](int i) -> json::object {
    return {{"action", "update"},
            {"schedule_id", id},
            {"update_fields", changes[static_cast<std::size_t>(i)]}};
  });

  CHECK(count_successes(updated) == kProcesses);
  const std::string file = crowd.read(".roo/schedules.json");
  for (const char* wanted : {"\"new\"", "\"n\"", "\"2099-01-01\"", "\"skip\"", "retries"}) {
    CHECK_THAT(file, Contains(wanted));
  }
  const auto status = crowd.call("get_schedule_status", {{"format_output", false}});
  CHECK(status.at("total_schedules").as_int64() == kProcesses);
}

TEST_CASE("processes that delete one schedule at once: one does it, the others find nothing") {
  const Crowd crowd;
  const auto made = crowd.call(
      "manage_schedules",
      {{"action", "create"}, {"schedule_data", {{"name", "n"}, {"taskInstructions", "t"}}}});

  const auto answers = crowd.many("manage_schedules", [&](int) -> json::object {
    return {{"action", "delete"}, {"schedule_id", made.at("schedule_id")}};
  });

  CHECK(count_successes(answers) == 1);
  CHECK(texts(answers, "code") == std::set<std::string>{"not_found"});
}

TEST_CASE("processes that switch the mode at once leave one open time row, that of the last one") {
  const Crowd crowd;
  const std::vector<std::string> modes{"code", "ask", "debug"};

  const auto answers = crowd.many("switch_mode", [&](int i) -> json::object {
    return {{"target_mode", modes[static_cast<std::size_t>(i) % modes.size()]}};
  });

  CHECK(count_successes(answers) == kProcesses);
  CHECK(texts(answers, "task_id").size() == kProcesses);
  CHECK(texts(answers, "closed_task_id").size() == kProcesses - 1);
  const auto times = crowd.call("get_time_tracking");
  CHECK(times.at("analysis").at("completed").as_int64() == kProcesses - 1);
  REQUIRE(times.at("open").as_array().size() == 1);
  const auto current = json::parse(crowd.read(".loop/mode.json"));
  CHECK(times.at("open").at(0).at("task_id") == current.at("task_id"));
  CHECK(times.at("open").at(0).at("mode") == current.at("mode"));
}

TEST_CASE("processes that track time at once: a repeated call counts once, one end wins") {
  const Crowd crowd;
  const auto started = crowd.many("track_task_time", [](int) -> json::object {
    return {{"task_description", "t"}, {"operation_id", "same"}};
  });
  CHECK(count_successes(started) == kProcesses);
  REQUIRE(texts(started, "task_id").size() == 1);

  const auto ended = crowd.many("track_task_time", [&](int) -> json::object {
    return {{"task_description", "t"},
            {"start_tracking", false},
            {"task_id", started[0].at("task_id")}};
  });

  CHECK(count_successes(ended) == 1);
  CHECK(texts(ended, "code") == std::set<std::string>{"conflict"});
  CHECK(crowd.call("get_time_tracking").at("rows").as_int64() == 2);
}

TEST_CASE("processes that add to the memory at once: every entry is there once") {
  const Crowd crowd;
  const std::vector<std::string> sections{"patterns", "commands", "status"};

  const auto answers = crowd.many("update_persistent_memory", [&](int i) -> json::object {
    return {{"section", sections[static_cast<std::size_t>(i) % sections.size()]},
            {"content", "learnt by " + name_of(i)}};
  });

  CHECK(count_successes(answers) == kProcesses);
  const std::string memory = crowd.read("persistent-memory.md");
  for (int i = 0; i < kProcesses; ++i) CHECK(count_in(memory, "learnt by " + name_of(i)) == 1);
  CHECK(crowd.call("get_persistent_memory").at("findings").as_array().empty());
}

TEST_CASE("processes that write one file at once: pieces stay whole, of one hash one wins") {
  const Crowd crowd;
  const auto appended = crowd.many("write_project_file", [](int i) -> json::object {
    return {{"file_path", "log.txt"}, {"content", name_of(i) + "\n"}, {"append", true}};
  });
  CHECK(count_successes(appended) == kProcesses);
  std::multiset<std::string> lines;
  const std::string log = crowd.read("log.txt");
  for (const auto line : loop::split_lines(log)) lines.emplace(line);
  CHECK(lines == std::multiset<std::string>{"p0", "p1", "p2", "p3", "p4", "p5"});

  const auto made = crowd.call("write_project_file", {{"file_path", "a.txt"}, {"content", "old"}});
  const auto replaced = crowd.many("write_project_file", [&](int i) -> json::object {
    return {
        {"file_path", "a.txt"}, {"content", name_of(i)}, {"expected_sha256", made.at("sha256")}};
  });

  CHECK(count_successes(replaced) == 1);
  CHECK(texts(replaced, "code") == std::set<std::string>{"conflict"});
  for (int i = 0; i < kProcesses; ++i) {
    const bool has_won = replaced[static_cast<std::size_t>(i)].at("success").as_bool();
    CHECK((crowd.read("a.txt") == name_of(i)) == has_won);
  }
}

TEST_CASE("processes that back up at once never use a name twice, and restore the same") {
  const Crowd crowd;
  crowd.write("a.txt", "v1");

  const auto backups = crowd.many("backup_file", [](int) -> json::object {
    return {{"file_path", "a.txt"}, {"backup_name", "copy"}, {"include_timestamp", false}};
  });
  CHECK(count_successes(backups) == kProcesses);
  CHECK(texts(backups, "backup_path").size() == kProcesses);

  crowd.write("a.txt", "broken");
  const auto restored = crowd.many("restore_file", [&](int i) -> json::object {
    return {{"file_path", "a.txt"},
            {"backup_path", backups[static_cast<std::size_t>(i)].at("backup_path")}};
  });
  CHECK(count_successes(restored) == kProcesses);
  CHECK(crowd.read("a.txt") == "v1");
}

TEST_CASE(
    "processes that delegate at once keep to the limit, and of many cancellations one counts") {
  const Crowd crowd;
  crowd.write(".loop/config.toml",
              "[engine]\ndefault_agent = \"shell\"\nparallel_max = 2\n[run]\nkill_grace = "
              "\"1s\"\n");
  REQUIRE(crowd.run({"trust", "--yes"}).code == 0);

  const auto delegated = crowd.many("delegate_task", [](int) -> json::object {
    return {{"task_description", "while ! test -e go; do sleep 0.05; done"},
            {"target_mode", "code"}};
  });

  CHECK(count_successes(delegated) == 2);
  CHECK(texts(delegated, "code") == std::set<std::string>{"limit_reached"});
  CHECK(crowd.call("list_runs", {{"state", "live"}}).at("runs").as_array().size() == 2);

  const std::set<std::string> runs = texts(delegated, "task_id");
  REQUIRE(runs.size() == 2);
  const std::string id = *runs.begin();
  const auto cancelled =
      crowd.many("cancel_run", [&](int) -> json::object { return {{"run_id", id}}; });
  for (const json::object& answer : cancelled) {
    const std::string code = code_of(answer);
    INFO(json::serialize(answer));
    CHECK((code.empty() || code == "conflict"));
  }
  crowd.write("go", "");
  CHECK(crowd.run({"run", "--until-idle"}).code == 0);
  const std::string journal = crowd.read(".loop/journal.jsonl");
  for (const std::string& run : runs) {
    INFO(crowd.call("get_run", {{"run_id", run}}));
    std::size_t finished = 0;
    for (const auto line : loop::split_lines(journal)) {
      const auto entry = json::parse(line).as_object();
      if (entry.at("ev") == "finished" && entry.at("run") == json::value(run)) ++finished;
    }
    CHECK(finished == 1);
  }
}

TEST_CASE("processes that report failures at once: each is counted, one escalates") {
  const Crowd crowd;

  const auto answers = crowd.many("error_recovery", [](int i) -> json::object {
    return {{"operation", "deploy"}, {"error_context", {{"error", name_of(i)}}}};
  });

  CHECK(count_successes(answers) == kProcesses);
  std::set<std::int64_t> counts;
  int escalations = 0;
  for (const json::object& answer : answers) {
    counts.insert(answer.at("consecutive_failures").as_int64());
    escalations += answer.at("escalated").as_bool() ? 1 : 0;
  }
  CHECK(counts == std::set<std::int64_t>{1, 2, 3, 4, 5, 6});
  CHECK(escalations == 1);
  CHECK(count_in(crowd.read("persistent-memory.md"), "deploy failed 3 times in a row") == 1);
}

TEST_CASE("a damaged file that many find at once is put back, and stays sound") {
  const Crowd crowd;
  REQUIRE(
      crowd.call("backup_file", {{"file_path", ".roo/schedules.json"}}).at("success").as_bool());
  const std::string sound = crowd.read(".roo/schedules.json");
  crowd.write(".roo/schedules.json", "{\"sch");

  const auto answers = crowd.many("error_recovery", [](int) -> json::object {
    return {{"operation", "read"}, {"error_context", json::object{}}};
  });

  CHECK(count_successes(answers) == kProcesses);
  CHECK(crowd.read(".roo/schedules.json") == sound);
}

TEST_CASE("processes that read while others write see whole files only") {
  const Crowd crowd;
  constexpr std::size_t kSize = 30'000;
  const auto content = [](int i) { return std::string(kSize, static_cast<char>('a' + i)); };
  crowd.write("big.txt", content(0));
  std::vector<Crowd::Call> calls;
  for (int i = 0; i < kProcesses; ++i) {
    calls.push_back({"write_project_file", {{"file_path", "big.txt"}, {"content", content(i)}}});
    calls.push_back({"read_project_file", {{"file_path", "big.txt"}}});
    calls.push_back({"update_persistent_memory", {{"section", "status"}, {"content", name_of(i)}}});
    calls.push_back({"get_persistent_memory", json::object{}});
    calls.push_back({"manage_schedules",
                     {{"action", "create"},
                      {"schedule_data", {{"name", name_of(i)}, {"taskInstructions", "t"}}}}});
    calls.push_back({"get_schedule_status", json::object{}});
    calls.push_back({"run_validation", {{"validation_type", "memory"}}});
    calls.push_back({"search_in_files", {{"pattern", "^a+$"}}});
  }

  const auto answers = crowd.call_at_once(calls);

  CHECK(count_successes(answers) == static_cast<int>(calls.size()));
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (calls[i].operation != "read_project_file") continue;
    const std::string read(answers[i].at("content").as_string());
    CHECK(read.size() == kSize);
    CHECK(read.find_first_not_of(read[0]) == std::string::npos);
  }
}

TEST_CASE("processes that sync at once all succeed") {
  const Crowd crowd;
  CHECK(count_successes(crowd.many("sync_environment", [](int) -> json::object { return {}; })) ==
        kProcesses);
}
