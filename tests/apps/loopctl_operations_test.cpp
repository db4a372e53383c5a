// SPDX-License-Identifier: MIT
// Operations from the command line: by name, and as commands of their own.
#include "apps/loopctl_fixture.hpp"
#include "support/catch.hpp"

using namespace loop::test;
using Catch::Contains;

TEST_CASE("files are read, written, listed, searched and put back as commands") {
  LoopctlFixture fixture;
  fixture.make_workspace();

  CHECK(fixture.run({"write", "src/a.txt"}, "one\ntwo\n").code == 0);
  CHECK(fixture.run({"read", "src/a.txt"}).out == "one\ntwo\n");
  CHECK(fixture.run({"search", "tw."}).out == "src/a.txt:2:two\n");
  CHECK_THAT(fixture.run({"ls", "src"}).out, Contains("src/a.txt\n"));
  CHECK(fixture.run({"backup", "src/a.txt"}).code == 0);
  CHECK(fixture.run({"write", "src/a.txt", "lost"}).code == 0);
  CHECK(fixture.run({"restore", "src/a.txt"}).code == 0);
  CHECK(fixture.read("src/a.txt") == "one\ntwo\n");
}

TEST_CASE("what an operation refuses ends with the code of its error and changes nothing") {
  LoopctlFixture fixture;
  fixture.make_workspace();
  const auto before = fixture.snapshot();

  CHECK(fixture.run({"read", "../x"}).code == 2);
  CHECK(fixture.run({"read", "nothing.txt"}).code == 3);
  CHECK(fixture.run({"search", "(?=x)"}).code == 2);
  CHECK(fixture.run({"write", "--dry-run", "a.txt", "text"}).code == 0);
  const auto unknown = fixture.run({"call", "read_project_file", R"({"path":"a"})"});

  CHECK(unknown.code == 2);
  const auto answer = parse_object(unknown.out);
  CHECK_FALSE(answer.at("success").as_bool());
  CHECK(answer.at("code").as_string() == "invalid_argument");
  CHECK(fixture.run({"call", "no_such_tool"}).code == 3);
  CHECK(fixture.snapshot() == before);
}

TEST_CASE("a run by operations is what it is by commands") {
  LoopctlFixture fixture;
  const std::string id = fixture.make_job("echo done");
  REQUIRE(fixture.run({"schedule", "trigger", id, "--wait"}).code == 0);

  const auto runs = parse_object(fixture.run({"call", "list_runs"}).out).at("runs").as_array();

  REQUIRE(runs.size() == 1);
  CHECK(runs[0].at("state").as_string() == "succeeded");
  CHECK(runs[0].at("agent").as_string() == "shell");
  const std::string run(runs[0].at("id").as_string());
  CHECK(parse_object(fixture.run({"call", "get_run", R"({"run_id":")" + run + "\"}"}).out)
            .at("output")
            .as_string() == "done\n");
}

TEST_CASE("the end of a delegated run is seen without an engine, by operations and commands") {
  LoopctlFixture fixture;
  fixture.make_job("true");  // trusts the workspace
  const auto delegate = [&] {
    return std::string(
        parse_object(
            fixture
                .run({"call", "delegate_task",
                      R"({"task_description":"true","agent":"shell","target_mode":"code"})"})
                .out)
            .at("task_id")
            .as_string());
  };
  const auto state_by = [&](const std::vector<std::string>& words, std::string_view pointer) {
    return std::string(
        boost::json::value(parse_object(fixture.run(words).out)).at_pointer(pointer).as_string());
  };
  const std::string by_operation = delegate();
  while (state_by({"call", "get_run", R"({"run_id":")" + by_operation + "\"}"}, "/run/state") !=
         "succeeded") {
  }
  const std::string by_command = delegate();
  while (state_by({"runs", "show", "--json", by_command}, "/run/phase") != "finished") {
  }
}

TEST_CASE("validate tells findings by its exit code, and sync what changed") {
  LoopctlFixture fixture;
  fixture.make_workspace();

  CHECK(fixture.run({"validate", "todo"}).code == 0);
  fixture.write("TODO.md", "\xFF\n");
  const auto found = fixture.run({"validate", "todo"});
  CHECK(found.code == 7);
  CHECK_THAT(found.out, Contains("todo.invalid_utf8") && Contains("TODO.md"));
  CHECK(fixture.run({"validate", "everything"}).code == 2);

  fixture.write("TODO.md", "- [ ] a\n");
  CHECK_THAT(fixture.run({"sync"}).out, Contains("added"));
  CHECK_THAT(fixture.run({"sync", "files", "--json"}).out, Contains("\"changed\":0"));
}
