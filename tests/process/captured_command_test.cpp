// SPDX-License-Identifier: MIT
// Commands of the operator as real processes: their end, their output, and that nothing of them
// stays.
#include "ops/captured_command.hpp"
#include "process/real_operations.hpp"
#include "support/catch.hpp"

#include <filesystem>
#include <fstream>

using namespace loop;
using namespace loop::test;
using Catch::Matchers::Contains;

namespace {

namespace fs = std::filesystem;

// A zombie has no command line any more.
bool is_running(const std::string& pid) {
  std::ifstream in("/proc/" + std::to_string(std::stoi(pid)) + "/cmdline", std::ios::binary);
  return in && in.peek() != std::ifstream::traits_type::eof();
}

std::size_t leftovers(const RealOperations& real) {
  const fs::path folder = real.workspace.root + "/.loop/commands";
  if (!fs::exists(folder)) return 0;
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("a command's code and both its outputs are told") {
  RealOperations real;
  real.add_script("lint", "echo out; echo err >&2; exit 3");

  const auto answer = real.call("run_validation", R"({"validation_type": "lint"})");

  CHECK_FALSE(answer.at("success").as_bool());
  const auto& command = answer.at("command").as_object();
  CHECK(command.at("exit_code").as_int64() == 3);
  CHECK(command.at("output") == "out\nerr\n");
  CHECK_FALSE(command.at("output_truncated").as_bool());
  CHECK(answer.at("errors").as_int64() == 1);
  CHECK(answer.at("checked") == boost::json::array{"lint"});
  CHECK_THAT(boost::json::serialize(answer.at("findings")),
             Contains("command.failed") && Contains("exit code 3"));
  CHECK(leftovers(real) == 0);
}

TEST_CASE("a command that exits with 0 is a success") {
  RealOperations real;
  real.add_script("lint", "exit 0");
  CHECK(real.call("run_validation", R"({"validation_type": "lint"})").at("success").as_bool());
}

TEST_CASE("a command runs in its directory, with the workspace's root and nothing to read") {
  RealOperations real;
  fs::create_directories(real.workspace.root + "/sub");
  real.add_script("where", "pwd; echo \"$LOOP_ROOT\"; cat").directory = "sub";

  const auto answer = real.call("run_validation", R"({"validation_type": "where"})");

  CHECK(answer.at("command").at("output").as_string() ==
        real.workspace.root + "/sub\n" + real.workspace.root + "\n");
}

TEST_CASE("a command at its time limit is ended with its whole tree") {
  RealOperations real;
  real.add_script("hang",
                  "trap '' TERM; (setsid sleep 1000 & echo $! > child); sleep 1000 & wait; "
                  "sleep 1000");

  const auto answer = real.call("run_validation", R"({"validation_type": "hang",
      "validation_options": {"timeout_seconds": 1}})");

  CHECK(answer.at("command").at("timed_out").as_bool());
  CHECK_FALSE(answer.at("command").as_object().contains("exit_code"));
  CHECK_THAT(boost::json::serialize(answer.at("findings")), Contains("time limit of 1.0s"));
  CHECK_FALSE(is_running(real.workspace.read("child")));
}

TEST_CASE("the end of a long output is kept, at the limit and beyond") {
  for (const std::size_t extra : {std::size_t{0}, std::size_t{1}}) {
    RealOperations real;
    const std::size_t size = ops::kCommandTailBytes + extra;
    real.add_script("talk",
                    "head -c " + std::to_string(size - 1) + " /dev/zero | tr '\\0' x; echo");

    const auto answer = real.call("run_validation", R"({"validation_type": "talk"})");

    CHECK(answer.at("command").at("output").as_string().size() == ops::kCommandTailBytes);
    CHECK(answer.at("command").at("output_truncated").as_bool() == (extra > 0));
  }
}

TEST_CASE("a command that prints without end is ended before it fills the disk") {
  RealOperations real;
  real.add_script("flood", "yes");

  const auto answer = real.call("run_validation", R"({"validation_type": "flood"})");

  CHECK_FALSE(answer.at("success").as_bool());
  CHECK_THAT(boost::json::serialize(answer.at("findings")), Contains("printed over 64 MiB"));
  CHECK(leftovers(real) == 0);
}

TEST_CASE("output that is no text is made well-formed") {
  RealOperations real;
  real.add_script("bytes", "printf 'a\\377b'");
  const auto answer = real.call("run_validation", R"({"validation_type": "bytes"})");
  CHECK(answer.at("command").at("output") ==
        "a\xEF\xBF\xBD"
        "b");
}

TEST_CASE("a program that does not exist is named") {
  RealOperations real;
  CommandDefinition& command = real.add_script("gone", "");
  command.command = {"no-such-program-here"};

  const auto refused = real.try_call("run_validation", R"({"validation_type": "gone"})");

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Errc::not_found);
  CHECK_THAT(refused.error().message(),
             Contains("command \"gone\"") && Contains("no-such-program-here"));
  CHECK(leftovers(real) == 0);
}

TEST_CASE("a cancelled command is ended") {
  RealOperations real;
  real.add_script("hang", "echo $$ > pid; exec sleep 1000");
  const std::string pid_file = real.workspace.root + "/pid";
  real.is_cancelled = [&] { return fs::exists(pid_file) && fs::file_size(pid_file) > 0; };

  const auto refused = real.try_call("run_validation", R"({"validation_type": "hang"})");

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Errc::cancelled);
  CHECK_FALSE(is_running(real.workspace.read("pid")));
  CHECK(leftovers(real) == 0);
}

TEST_CASE("a sync command is no validation") {
  RealOperations real;
  real.add_script("fetch", "true", CommandUse::sync);
  const auto refused = real.try_call("run_validation", R"({"validation_type": "fetch"})");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Errc::invalid_argument);
}

TEST_CASE("the programs of agents are asked for their version") {
  RealOperations real;
  const std::string program = real.workspace.root + "/agent.sh";
  {
    std::ofstream out(program);
    out << "#!/bin/sh\n[ \"$1\" = --version ] && echo 'agent 1.2.3' && echo more\n";
  }
  fs::permissions(program, fs::perms::owner_all);
  auto& agent = real.workspace.options.config.agents["mine"];
  agent.name = "mine";
  agent.adapter = "generic";
  agent.command = program;
  auto& missing = real.workspace.options.config.agents["missing"];
  missing.name = "missing";
  missing.adapter = "generic";
  missing.command = "no-such-program-here";

  const auto answer = real.call("get_system_status", R"({"check_external_dependencies": true})");

  bool found = false;
  for (const auto& item : answer.at("dependencies").as_array()) {
    const auto& dependency = item.as_object();
    if (dependency.at("agent") == "mine") {
      found = true;
      CHECK(dependency.at("path").as_string() == program);
      CHECK(dependency.at("version") == "agent 1.2.3");
    }
    if (dependency.at("agent") == "missing") {
      CHECK_FALSE(dependency.contains("path"));
      CHECK_FALSE(dependency.contains("version"));
    }
  }
  CHECK(found);
}
