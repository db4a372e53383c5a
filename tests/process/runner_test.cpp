// SPDX-License-Identifier: MIT
// A launch from claim to result with real agents: outcome, output, time row, environment.
#include "runner_fixture.hpp"

#include <filesystem>

using namespace loop;
using namespace loop::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

RunIntent generic_intent(const std::string& command, std::vector<std::string> args) {
  RunIntent intent = shell_intent();
  intent.agent = AgentDefinition{};
  intent.agent.name = "mine";
  intent.agent.adapter = "generic";
  intent.agent.command = command;
  intent.agent.args = std::move(args);
  return intent;
}

}  // namespace

TEST_CASE("a script that succeeds leaves a result, its output, events and a time row") {
  RunnerWorkspace workspace;
  const auto result = workspace.run_script("echo hello\necho problem >&2\n");

  CHECK(result.end == AttemptEnd::succeeded);
  CHECK(result.outcome.outcome == OutcomeClass::ok);
  CHECK(result.outcome.answer == "hello");
  CHECK(result.outcome.reason.empty());
  REQUIRE(result.exit);
  CHECK(result.exit->ok());
  CHECK(result.note.empty());
  CHECK(result.ended >= result.started);
  CHECK(workspace.launch_text("stdout.log") == "hello\n");
  CHECK(workspace.launch_text("stderr.log") == "problem\n");
  CHECK(workspace.launch_text("events.jsonl").find("\"text\":\"hello\"") != std::string::npos);

  const auto entries = workspace.time_entries();
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].task_id == time_task_id(workspace.intent.run, 1));
  CHECK(entries[0].mode == "code");
  CHECK(entries[0].task == "Nightly: echo hello");
  CHECK(entries[0].result == "completed");
  CHECK(entries[0].priority == "schedule");
  CHECK(entries[0].end);
}

TEST_CASE("started.json names the runner and the agent") {
  RunnerWorkspace workspace;
  workspace.run_script("echo $$ > pid");
  const auto start = workspace.directory().started(1);

  REQUIRE(start);
  REQUIRE(*start);
  CHECK((*start)->agent.pid == std::stoi(workspace.text("pid")));
  CHECK((*start)->agent.start_ticks > 0);
  CHECK((*start)->runner.pid != (*start)->agent.pid);
  CHECK_FALSE((*start)->runner.boot_id.empty());
}

TEST_CASE("a failing script fails with its exit code and last words") {
  RunnerWorkspace workspace;
  const auto result = workspace.run_script("echo 'no such target' >&2; exit 3");

  CHECK(result.end == AttemptEnd::failed);
  CHECK(result.outcome.outcome == OutcomeClass::task_failed);
  CHECK(result.outcome.reason == "exit code 3: no such target");
  REQUIRE(result.exit);
  CHECK(result.exit->code == 3);
  CHECK(workspace.time_entries()[0].result == "failed: exit code 3: no such target");
}

TEST_CASE("a script ended by a signal from outside was killed") {
  RunnerWorkspace workspace;
  const auto result = workspace.run_script("kill -SEGV $$");

  CHECK(result.end == AttemptEnd::failed);
  CHECK(result.outcome.outcome == OutcomeClass::killed);
  CHECK(result.outcome.reason == "signal 11 (SIGSEGV)");
}

TEST_CASE("hostile prompts reach a generic agent as one unchanged argument") {
  for (const std::string& prompt :
       {std::string("-x"), std::string("--"), std::string("; rm -rf /"), std::string("a\nb\n"),
        std::string("'\"`$(touch pwned)`\\"), std::string("\xff\xfe"), std::string("{session}"),
        std::string("* ~ $HOME"), std::string(100'000, 'x')}) {
    RunnerWorkspace workspace(generic_intent("printf", {"%s|", "{prompt}", "{session}", "{cwd}"}));
    const auto result = workspace.run_script(prompt);

    CHECK(result.end == AttemptEnd::succeeded);
    CHECK(workspace.launch_text("stdout.log") ==
          prompt + "|" + workspace.intent.session + "|" + workspace.folder.path() + "|");
    CHECK_FALSE(exists(workspace.folder.path("pwned")));
  }
}

TEST_CASE("a missing program is a fault of the configuration") {
  RunnerWorkspace workspace(generic_intent("no-such-agent-here", {"{prompt}"}));
  const auto result = workspace.run_script("do it");

  CHECK(result.end == AttemptEnd::failed);
  CHECK(result.outcome.outcome == OutcomeClass::config);
  CHECK(result.outcome.reason.find("no-such-agent-here") != std::string::npos);
  CHECK_FALSE(result.exit);
  const auto entries = workspace.time_entries();
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].result.substr(0, 8) == "failed: ");
}

TEST_CASE("an agent that cannot be expressed is refused without a start") {
  RunnerWorkspace workspace(generic_intent("printf", {"{prompt}"}));
  const auto result = workspace.run_script(std::string(200'000, 'x'));

  CHECK(result.outcome.outcome == OutcomeClass::config);
  CHECK(result.outcome.reason.find("{prompt_file}") != std::string::npos);
  CHECK_FALSE(*workspace.directory().started(1));
  CHECK(workspace.time_entries().empty());
}

TEST_CASE("a quick silent success of a generic agent is suspect") {
  RunnerWorkspace workspace(generic_intent("true", {}));
  const auto result = workspace.run_script("x");

  CHECK(result.end == AttemptEnd::failed);
  CHECK(result.outcome.outcome == OutcomeClass::protocol);
}

TEST_CASE("what a silent agent leaves behind is no evidence that it worked") {
  RunnerWorkspace workspace(generic_intent("/bin/sh", {"{prompt_file}"}));
  const auto result = workspace.run_script("sh -c \"trap '' TERM; sleep 1000; sleep 1000\" &");
  CHECK(result.outcome.outcome == OutcomeClass::protocol);
}

TEST_CASE("a provider's limit parks the attempt") {
  RunIntent intent = generic_intent("/bin/sh", {"{prompt_file}"});
  intent.agent.limit_patterns = {"limit reached"};
  RunnerWorkspace workspace(intent);
  const auto result = workspace.run_script("echo 'limit reached, try again in 90 minutes'; exit 1");

  CHECK(result.end == AttemptEnd::limited);
  CHECK(result.outcome.outcome == OutcomeClass::rate_limited);
  REQUIRE(result.outcome.limit_reset);
  CHECK(*result.outcome.limit_reset - result.started >= std::chrono::minutes{90});
}

TEST_CASE("a last line without newline counts, and so does closing the output early") {
  RunnerWorkspace half;
  CHECK(half.run_script("printf 'one\\ntwo'").outcome.answer == "one\ntwo");
  CHECK(half.launch_text("events.jsonl").find("\"text\":\"two\"") != std::string::npos);

  RunnerWorkspace closed;
  CHECK(closed.run_script("exec 1>&- 2>&-; echo lost; touch ran; exit 0").end ==
        AttemptEnd::succeeded);
  CHECK(exists(closed.folder.path("ran")));
}

TEST_CASE("an agent that floods both outputs is not held up") {
  RunnerWorkspace workspace;
  const auto result = workspace.run_script(
      "yes 'a line of output' | head -c 50000000 &\n"
      "yes 'a line of error' | head -c 20000000 >&2\nwait\necho the end\n");

  CHECK(result.end == AttemptEnd::succeeded);
  CHECK(result.outcome.answer.size() <= kAnswerBytesMax);
  CHECK(result.outcome.answer.find("the end") != std::string::npos);
  CHECK(std::filesystem::file_size(
            workspace.folder.path(workspace.directory().stdout_path(1).str())) == 50'000'008);
  CHECK(workspace.launch_text("events.jsonl").size() <= (16 << 20) + 200);
  CHECK(workspace.launch_text("events.jsonl").find("\"kind\":\"dropped\"") != std::string::npos);
}

TEST_CASE("an agent starts in its directory with nothing but its three descriptors") {
  RunIntent intent = shell_intent();
  intent.cwd = "sub/dir";
  intent.depth = 3;
  RunnerWorkspace workspace(intent);
  std::filesystem::create_directories(workspace.folder.path("sub/dir"));
  workspace.environment["SECRET"] = "no";
  workspace.environment["LOOP_DEPTH"] = "9";  // the runner's own; the run's is in its intent
  workspace.run_script("pwd; echo $(ls /proc/self/fd); cat; env");

  const std::string out = workspace.launch_text("stdout.log");
  INFO(out);
  CHECK(out.find(workspace.folder.path("sub/dir") + "\n") == 0);
  CHECK(out.find("\n0 1 2 3\n") != std::string::npos);  // 3 is the listing's own
  CHECK(out.find("SECRET") == std::string::npos);
  CHECK(out.find("LOOP_DEPTH=3\n") != std::string::npos);
  CHECK(out.find("LOOP_ROOT=" + workspace.folder.path() + "\n") != std::string::npos);
  CHECK(out.find("LOOP_RUN_ID=s@20251101T063800Z\n") != std::string::npos);
  CHECK(out.find(process_marker(workspace.files->root(), workspace.intent.run, 1) + "\n") !=
        std::string::npos);
}

TEST_CASE("a directory outside the workspace is refused") {
  for (const char* cwd : {"../x", "/tmp", "link", "absent", "file", "."}) {
    INFO(cwd);
    RunIntent intent = shell_intent();
    intent.cwd = cwd;
    RunnerWorkspace workspace(intent);
    std::filesystem::create_symlink("/tmp", workspace.folder.path("link"));
    write_text(workspace.folder.path("file"), "");
    const auto result = workspace.run_script("touch ran");

    const bool is_root = std::string(cwd) == ".";
    CHECK((result.end == AttemptEnd::succeeded) == is_root);
    CHECK(exists(workspace.folder.path("ran")) == is_root);
    if (!is_root) {
      CHECK(result.outcome.outcome == OutcomeClass::config);
    }
  }
}

TEST_CASE("a second launch of a run has files of its own") {
  RunnerWorkspace workspace;
  workspace.claim("echo x");
  REQUIRE(workspace.run(1) == 0);
  REQUIRE(workspace.run(2) == 0);

  CHECK(workspace.result(1).end == AttemptEnd::succeeded);
  CHECK(workspace.result(2).end == AttemptEnd::succeeded);
  CHECK(*workspace.directory().last_launch() == 2);
  CHECK(workspace.time_entries().size() == 2);
}

TEST_CASE("a runner refuses what is not a claimed run") {
  RunnerWorkspace workspace;
  CHECK(workspace.run(1) == 1);
  CHECK(workspace.text("runner-error").find("not claimed") != std::string::npos);
  CHECK_FALSE(exists(workspace.folder.path(".loop/runs")));

  workspace.claim("touch ran");
  CHECK(workspace.run(0) == 1);
  for (const char* id : {"", "..", "a/b", "/etc", "../x"}) {
    workspace.intent.run = RunId(id);
    CHECK(workspace.run(1) == 1);
  }
  CHECK_FALSE(exists(workspace.folder.path("ran")));
}
