// SPDX-License-Identifier: MIT
// The operator's sync commands as real processes: their order, and the stop at the first failure.
#include "process/real_operations.hpp"
#include "support/catch.hpp"

#include <thread>

using namespace loop;
using namespace loop::test;

namespace {

std::string statuses(const boost::json::object& answer) {
  std::string text;
  for (const auto& command : answer.at("commands").as_array()) {
    text += std::string(command.at("name").as_string()) + "=" +
            std::string(command.at("status").as_string()) + " ";
  }
  return text;
}

}  // namespace

TEST_CASE("sync commands run by order, then by name, until one fails") {
  RealOperations real;
  real.add_script("b", "echo b >> ran", CommandUse::sync).order = 1;
  real.add_script("a", "echo a >> ran", CommandUse::sync).order = 1;
  real.add_script("first", "echo first >> ran", CommandUse::sync).order = -5;
  real.add_script("fails", "echo no; exit 4", CommandUse::sync).order = 2;
  real.add_script("never", "echo never >> ran", CommandUse::sync).order = 3;
  real.add_script("lint", "echo lint >> ran");

  const auto answer = real.call("sync_environment");

  CHECK_FALSE(answer.at("success").as_bool());
  CHECK(statuses(answer) == "first=succeeded a=succeeded b=succeeded fails=failed never=not_run ");
  CHECK(real.workspace.read("ran") == "first\na\nb\n");
  CHECK(answer.at("commands").at(3).at("reason") == "exit code 4");
  CHECK(answer.at("commands").at(3).at("output") == "no\n");
}

TEST_CASE("what a sync command brings is seen by the same sync") {
  RealOperations real;
  real.add_script("fetch", "printf -- '- [ ] new\\n' > TODO.md", CommandUse::sync);

  const auto answer = real.call("sync_environment");

  CHECK(answer.at("success").as_bool());
  for (const auto& file : answer.at("files").as_array()) {
    if (file.at("component") == "todo") CHECK(file.at("change") == "added");
  }
}

TEST_CASE("two syncs at once take turns, and only one finds the news") {
  RealOperations real;
  real.add_script("count", "echo x >> ran; sleep 0.2", CommandUse::sync);
  RealOperations* both = &real;
  std::int64_t added[2] = {0, 0};
  std::thread threads[2];
  real.call("sync_environment", R"({"sync_type": "files"})");
  real.add_script("bring", "[ -e TODO.md ] || printf -- '- [ ] new\\n' > TODO.md",
                  CommandUse::sync);
  for (int index = 0; index < 2; ++index) {
    threads[index] = std::thread([&, index] {
      const auto answer = both->try_call("sync_environment", "{}");
      added[index] = answer ? answer->at("changed").as_int64() : -1;
    });
  }
  for (std::thread& thread : threads) thread.join();

  CHECK(added[0] + added[1] == 1);
  CHECK(real.workspace.read("ran") == "x\nx\n");
}
