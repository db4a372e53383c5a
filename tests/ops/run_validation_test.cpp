// SPDX-License-Identifier: MIT
// Each thing that can be wrong with a workspace is found, by its rule, file and line, and nothing
// else.
#include "loop/ops/run_validation.h"
#include "loop/store/backup_store.h"
#include "loop/store/layout.h"
#include "loop/store/recovery.h"
#include "ops/operations_fixture.hpp"
#include "support/catch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace loop;
using namespace loop::test;
using Catch::Matchers::Contains;

namespace {

const std::string kGood =
    R"({"id": "1", "name": "a", "mode": "code", "taskInstructions": "t", "scheduleType": "time",
      "timeInterval": "10", "timeUnit": "minute", "active": true})";

class Validated : public OperationsFixture {
 public:
  Validated() { world.options.config.default_agent = "shell"; }

  void write(std::string_view path, std::string_view text) {
    REQUIRE(replace_file(world.files, world.random, RelativePath::of(std::string(path)), text));
  }
  boost::json::object validate(std::string_view type) {
    return call("run_validation", fmt::format(R"({{"validation_type": "{}"}})", type));
  }
  // "rule file:line", sorted as found.
  std::vector<std::string> rules(std::string_view type) { return rules_of(validate(type)); }

  static std::vector<std::string> rules_of(const boost::json::object& answer) {
    std::vector<std::string> found;
    for (const auto& item : answer.at("findings").as_array()) {
      const auto& finding = item.as_object();
      std::string text(finding.at("rule").as_string());
      if (finding.contains("file")) text += " " + std::string(finding.at("file").as_string());
      if (finding.contains("line")) text += fmt::format(":{}", finding.at("line").as_int64());
      found.push_back(text);
    }
    return found;
  }
};

using Rules = std::vector<std::string>;

}  // namespace

TEST_CASE("a sound workspace has no findings, and its areas are named") {
  Validated workspace;
  workspace.world.write_schedules({kGood});

  const auto answer = workspace.validate("system_health");

  CHECK(answer.at("success").as_bool());
  CHECK(Validated::rules_of(answer).empty());
  CHECK(answer.at("checked").as_array().size() == 9);
  CHECK(answer.at("errors").as_int64() == 0);
  CHECK_FALSE(answer.contains("command"));
}

TEST_CASE("a broken schedules.json is an error with its place") {
  Validated workspace;
  workspace.write(".roo/schedules.json", "{\"schedules\": [\n{\"id\": ");

  const auto answer = workspace.validate("schedules");

  CHECK_FALSE(answer.at("success").as_bool());
  CHECK(Validated::rules_of(answer) == Rules{"schedules.unreadable .roo/schedules.json"});
  const auto& finding = answer.at("findings").as_array()[0].as_object();
  CHECK(finding.at("severity") == "error");
  CHECK_THAT(std::string(finding.at("message").as_string()), Contains("line 2"));
}

TEST_CASE("each fault of a schedule has its rule and the schedule's line") {
  Validated workspace;
  const auto with = [](std::string id, std::string_view old, std::string_view now) {
    std::string text = kGood;
    text.replace(text.find("\"1\""), 3, "\"" + id + "\"");
    text.replace(text.find(old), old.size(), now);
    return text;
  };
  workspace.world.options.is_trusted = false;
  workspace.world.write_schedules(
      {with("mode", "\"code\"", "\"coder\""),
       with("agent", "\"active\"", R"("loop": {"agent": "none"}, "active")"),
       with("program", "\"active\"", R"("loop": {"agent": "claude"}, "active")"),
       with("after", "\"active\"", R"("loop": {"agent": "codex", "after": ["gone"]}, "active")"),
       with("invalid", "\"minute\"", "\"fortnight\""), with("shell", "\"t\"", "\"u\"")});
  workspace.world.processes.programs.insert("/opt/codex");

  CHECK(workspace.rules("schedules") == Rules{"schedules.unknown_mode .roo/schedules.json:3",
                                              "schedules.untrusted_agent .roo/schedules.json:3",
                                              "schedules.unknown_agent .roo/schedules.json:5",
                                              "schedules.missing_program .roo/schedules.json:7",
                                              "schedules.unknown_predecessor .roo/schedules.json:9",
                                              "schedules.invalid .roo/schedules.json:11",
                                              "schedules.untrusted_agent .roo/schedules.json:13"});
}

TEST_CASE("a schedule that does not run has notes instead of errors") {
  Validated workspace;
  std::string resting = kGood;
  resting.replace(resting.find("true"), 4, "false");
  resting.replace(resting.find("\"code\""), 6, "\"coder\"");
  workspace.world.write_schedules({resting});

  const auto answer = workspace.validate("schedules");

  CHECK(answer.at("success").as_bool());
  CHECK(answer.at("notes").as_int64() == 1);
}

TEST_CASE("no agent at all is an error") {
  Validated workspace;
  workspace.world.options.config.default_agent.clear();
  workspace.world.write_schedules({kGood});

  CHECK(workspace.rules("schedules") == Rules{"schedules.no_agent .roo/schedules.json:3"});
}

TEST_CASE("modes, time rows, memory and TODO have their rules") {
  Validated workspace;
  workspace.write(".roomodes", "customModes:\n  - slug: A B\n");
  workspace.write("task_timing.tsv",
                  "timestamp\tmode\ttask_id\tstart_time\tend_time\tduration\ttask\tresult\tpriority"
                  "\nnonsense\n");
  workspace.write("persistent-memory.md", "# Non-Obvious Implementation Patterns\n");
  workspace.write("TODO.md", "- [ ] a\xFF\n");

  const auto found = workspace.rules("orchestrator_files");

  const auto has = [&](std::string_view rule) {
    return std::ranges::any_of(found,
                               [&](const std::string& one) { return one.starts_with(rule); });
  };
  CHECK(has("modes.invalid .roomodes"));
  CHECK(has("timing.unreadable_row task_timing.tsv:2"));
  CHECK(has("memory.section_missing persistent-memory.md"));
  CHECK(has("todo.invalid_utf8 TODO.md"));
  CHECK(workspace.rules("todo") == Rules{"todo.invalid_utf8 TODO.md"});
  CHECK(workspace.rules("timing") == Rules{"timing.unreadable_row task_timing.tsv:2"});
}

TEST_CASE("fail_fast stops after the first area with an error") {
  Validated workspace;
  workspace.write(".roo/schedules.json", "{");
  workspace.write("TODO.md", "\xFF");

  const auto answer = workspace.call(
      "run_validation", R"({"validation_type": "orchestrator_files", "fail_fast": true})");

  CHECK(answer.at("checked") == boost::json::array{"schedules"});
  CHECK(answer.at("errors").as_int64() == 1);
}

TEST_CASE("strict makes warnings count") {
  Validated workspace;
  workspace.write(".roomodes", R"({"customModes": [
    {"slug": "build-a", "name": "A", "roleDefinition": "r", "groups": ["read"]},
    {"slug": "build-b", "name": "B", "roleDefinition": "use `build-c`", "groups": ["read"]}]})");

  CHECK(workspace.rules("modes_configuration") == Rules{"modes.unknown_reference .roomodes"});
  CHECK(workspace.validate("modes_configuration").at("success").as_bool());
  CHECK_FALSE(workspace
                  .call("run_validation",
                        R"({"validation_type": "modes_configuration",
                            "validation_options": {"strict": true}})")
                  .at("success")
                  .as_bool());
}

TEST_CASE("file integrity finds what is no text, cut files and markers of a merge") {
  Validated workspace;
  workspace.write("TODO.md", std::string("- [ ] a\n<<<<<<< ours\n=======\n>>>>>>> theirs\n\0", 46));

  CHECK(workspace.rules("file_integrity") ==
        Rules{"integrity.absent .roo/schedules.json", "integrity.absent .roomodes",
              "integrity.absent task_timing.tsv", "integrity.absent persistent-memory.md",
              "integrity.nul_byte TODO.md", "integrity.merge_conflict TODO.md:2",
              "integrity.merge_conflict TODO.md:4"});
}

TEST_CASE("file integrity of one path wants the file to be there") {
  Validated workspace;
  const auto answer = workspace.call(
      "run_validation", R"({"validation_type": "file_integrity", "target_path": "src/a.txt"})");

  CHECK_FALSE(answer.at("success").as_bool());
  CHECK(Validated::rules_of(answer) == Rules{"integrity.absent src/a.txt"});
  CHECK(answer.at("checked") == boost::json::array{"src/a.txt"});
}

TEST_CASE("a backup that is not what its hash says is found") {
  Validated workspace;
  workspace.write("TODO.md", "- [ ] a\n");
  BackupStore store(workspace.world.files, workspace.world.clock, workspace.world.random);
  const auto backup = store.make(layout::todo());
  REQUIRE(backup);
  workspace.write(backup->path.str(), "- [ ] b\n");

  const auto answer = workspace.call(
      "run_validation", R"({"validation_type": "file_integrity", "target_path": "TODO.md"})");

  CHECK(Validated::rules_of(answer) == Rules{"integrity.backup " + backup->path.str()});
}

TEST_CASE("what validation refuses") {
  Validated workspace;
  const auto refusal = [&](std::string_view arguments) {
    const Error error = workspace.refuse("run_validation", arguments);
    CHECK(error.code() == Errc::invalid_argument);
    return error.message();
  };
  CHECK_THAT(refusal(R"({"validation_type": "schedule"})"),
             Contains("did you mean \"schedules\"") && Contains("orchestrator_files"));
  CHECK_THAT(refusal(R"({"validation_type": "memory", "target_path": "a"})"),
             Contains("target_path") && Contains("file_integrity"));
  CHECK_THAT(refusal(R"({"validation_type": "file_integrity", "target_path": ".env"})"),
             Contains(".env"));
  CHECK_THAT(refusal(R"({"validation_type": "todo", "validation_options": {"strickt": true}})"),
             Contains("validation_options.strickt"));
  CHECK_THAT(refusal("{}"), Contains("validation_type"));
}

TEST_CASE("a path out of the root is refused by validation") {
  Validated workspace;
  CHECK(workspace
            .refuse("run_validation",
                    R"({"validation_type": "file_integrity", "target_path": "../x"})")
            .code() == Errc::outside_root);
}

TEST_CASE("a cancelled validation ends as cancelled") {
  Validated workspace;
  workspace.is_cancelled = true;
  CHECK(workspace.refuse("run_validation", R"({"validation_type": "system_health"})").code() ==
        Errc::cancelled);
}

TEST_CASE("more findings than are shown are counted") {
  for (const std::size_t rows : {kFindingsMax - 1, kFindingsMax, kFindingsMax + 1}) {
    Validated workspace;
    std::vector<std::string> schedules;
    for (std::size_t row = 0; row < rows; ++row) {
      std::string schedule = kGood;
      schedule.replace(schedule.find("\"1\""), 3, fmt::format("\"{}\"", row));
      schedule.replace(schedule.find("\"code\""), 6, "\"coder\"");
      schedules.push_back(schedule);
    }
    workspace.world.write_schedules(schedules);

    const auto answer = workspace.validate("schedules");

    CHECK(answer.at("errors").as_int64() == static_cast<std::int64_t>(rows));
    CHECK(answer.at("findings").as_array().size() == std::min(rows, kFindingsMax));
    CHECK(answer.at("findings_truncated").as_bool() == (rows > kFindingsMax));
  }
}

TEST_CASE("validation changes no file") {
  Validated workspace;
  workspace.world.write_schedules({kGood});
  workspace.write("task_timing.tsv", "nonsense");
  workspace.validate("system_health");
  CHECK(workspace.world.file("task_timing.tsv") == "nonsense");
}
