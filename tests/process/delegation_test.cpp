// SPDX-License-Identifier: MIT
// Delegation with real processes: agents that call loopctl, trees that end as trees.
#include <csignal>
#include <fstream>

#include "loop/engine/run_tree.h"
#include "process/real_workspace.hpp"
#include "support/program.hpp"

using namespace loop;
using namespace loop::test;

namespace {

// A trusted workspace whose schedule runs one.sh, and scripts that call loopctl as $LOOPCTL.
class Family {
 public:
  explicit Family(const std::string& one) : workspace("sh one.sh") {
    write("one.sh", one);
    write(".loop/config.toml", "[engine]\ndefault_agent = \"shell\"\n[run]\nkill_grace = \"1s\"\n");
    CHECK(loopctl({"trust", "--yes"}).code == 0);
    REQUIRE(workspace.open_engine()->step(workspace.clock.now()));
    // The runners have real time; so slots are made due by a trigger, not by a shifted clock.
    workspace.clock.offset = {};
    engine = workspace.open_engine();
  }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(workspace.root + "/" + name, std::ios::binary)
        << "LOOPCTL='" LOOP_LOOPCTL "'; printf '%s\\n' \"$LOOP_DEPTH\" >> depths.txt\n" + text;
    if (name == ".loop/config.toml") {
      std::ofstream(workspace.root + "/" + name, std::ios::binary) << text;
    }
  }

  ProgramResult loopctl(std::vector<std::string> words) const {
    words.insert(words.begin(), {LOOP_LOOPCTL, "-C", workspace.root});
    return run_program(
        {words, {{"HOME", workspace.root}, {"PATH", std::getenv("PATH")}}, workspace.root, {}});
  }

  RunId start() {
    const auto run = engine->trigger(ScheduleId("q"), workspace.clock.now());
    if (!run) FAIL(run.error().message());
    return *run;
  }

  bool step_until(const std::function<bool()>& done) { return workspace.step_until(*engine, done); }
  bool step_until_quiet() {
    return step_until([&] { return engine->history().live().empty(); });
  }
  std::size_t running_count() const {
    std::size_t count = 0;
    for (const auto& [id, run] : engine->history().live()) {
      count += run.phase == RunPhase::running ? 1 : 0;
    }
    return count;
  }

  RealWorkspace workspace;
  std::unique_ptr<Engine> engine;
};

const std::string kDelegate = "\"$LOOPCTL\" delegate --agent shell ";

}  // namespace

TEST_CASE("a child that delegates again is shown as a tree, and its answers reach the parents") {
  Family family(kDelegate + "'sh two.sh' --mode ask --wait 60s > one.out 2>&1");
  family.write("two.sh", kDelegate +
                             "'sh three.sh' --mode debug --wait 60s > two.out 2>&1; "
                             "echo answer-two");
  family.write("three.sh", "echo answer-three");

  const RunId root = family.start();
  REQUIRE(family.step_until_quiet());

  const auto tree = tree_of(family.engine->history(), root);
  REQUIRE(tree);
  INFO(family.workspace.read("one.out") << family.workspace.read("two.out"));
  REQUIRE(tree->run_count == 3);
  CHECK(tree->run.end == "succeeded");
  const RunTree& two = tree->children.at(0);
  CHECK(two.run.mode.str() == "ask");
  CHECK(two.run.depth == 2);
  CHECK(two.run.schedule == delegation_key(ModeSlug("ask")));
  CHECK(two.children.at(0).run.task == "sh three.sh");
  CHECK(two.children.at(0).run.depth == 3);
  CHECK(family.workspace.read("depths.txt") == "1\n2\n3\n");
  CHECK(family.workspace.read("one.out").find("answer-two") != std::string::npos);
  CHECK(family.workspace.read("two.out").find("answer-three") != std::string::npos);
  const auto children = read_children(*family.workspace.files, root);
  REQUIRE(children);
  REQUIRE(children->size() == 2);
  CHECK(children->at(0).end.empty());
  CHECK(children->at(1).end == "succeeded");
  CHECK(children->at(1).answer.find("answer-two") != std::string::npos);
  const auto shown = family.loopctl({"runs", "tree", root.str()});
  CHECK(shown.code == 0);
  CHECK(shown.out.find("+- " + two.run.id.str()) != std::string::npos);
  CHECK(shown.out.find("   +- " + two.children.at(0).run.id.str()) != std::string::npos);
  CHECK(family.loopctl({"doctor"}).out.find("delegate:") == std::string::npos);
  CHECK(family.loopctl({"schedule", "list"}).out.find("delegate:") == std::string::npos);
}

TEST_CASE("cancelling the root ends the whole tree, also agents that ignore SIGTERM") {
  Family family(kDelegate + "'sh two.sh' --mode ask --wait 60s");
  family.write("two.sh", "trap '' TERM; " + kDelegate + "'sh three.sh' --mode debug --wait 60s");
  family.write("three.sh", "trap '' TERM; echo $$ > three.pid; sleep 300; sleep 300");

  const RunId root = family.start();
  REQUIRE(family.step_until([&] { return family.running_count() == 3; }));
  REQUIRE(family.step_until([&] { return !family.workspace.read("three.pid").empty(); }));
  REQUIRE(family.engine->cancel(root, "enough", family.workspace.clock.now()));
  REQUIRE(family.step_until_quiet());

  for (const RunSummary& run : family.engine->history().finished()) CHECK(run.end == "cancelled");
  CHECK(family.engine->history().finished().size() == 3);
  CHECK(::kill(std::stoi(family.workspace.read("three.pid")), 0) != 0);
}

TEST_CASE("a child outlives the process that asked for it, but not the run") {
  Family family(kDelegate +
                "'sh two.sh' --mode ask; while ! test -s two.pid; do sleep 0.05; done; "
                "sleep 1");
  family.write("two.sh", "echo $$ > two.pid; sleep 300");

  family.start();
  REQUIRE(family.step_until([&] { return family.running_count() == 2; }));
  const RunId child = family.engine->history().live().begin()->first;
  family.engine.reset();  // the parent's runner does it alone
  RunDirectory directory(*family.workspace.files, family.workspace.random, child);
  std::optional<AttemptResult> result;
  for (int looks = 0; looks < 2000 && !result; ++looks) {
    family.workspace.clock.sleep(std::chrono::milliseconds{20});
    result = directory.result(1).value();
  }

  REQUIRE(result);
  CHECK(result->end == AttemptEnd::cancelled);
  CHECK(result->outcome.reason == "the run that delegated it is over");
  CHECK(::kill(std::stoi(family.workspace.read("two.pid")), 0) != 0);
  family.engine = family.workspace.open_engine();
  REQUIRE(family.step_until_quiet());
  CHECK(family.engine->history().of(delegation_key(ModeSlug("ask"))).failures.consecutive == 0);
}

TEST_CASE("a sixth level is refused") {
  Family family("sh deep.sh");
  family.write("deep.sh", kDelegate +
                              "\"sh deep.sh $LOOP_DEPTH\" --mode ask --wait 60s "
                              "> out.$LOOP_DEPTH 2>&1; echo $? >> codes.txt");

  const RunId root = family.start();
  REQUIRE(family.step_until_quiet());

  const auto tree = tree_of(family.engine->history(), root);
  REQUIRE(tree);
  CHECK(tree->run_count == 5);
  CHECK(family.workspace.read("out.5").find("level 5 of at most 5") != std::string::npos);
}

TEST_CASE("a task that is on the path already is refused in the same mode") {
  Family family(kDelegate + "'sh two.sh' --mode ask --wait 60s > one.out 2>&1");
  family.write("two.sh", kDelegate + "'  sh   two.sh. ' --mode ask > same.out 2>&1; " + kDelegate +
                             "'echo other' --mode debug --wait 60s > other.out 2>&1");

  const RunId root = family.start();
  REQUIRE(family.step_until_quiet());

  CHECK(family.workspace.read("same.out").find("round in circles") != std::string::npos);
  CHECK(family.workspace.read("other.out").find("succeeded") != std::string::npos);
  CHECK(tree_of(family.engine->history(), root)->run_count == 3);
}

TEST_CASE("an engine that is gone meanwhile changes nothing: each run is started once") {
  Family family(kDelegate + "'sh two.sh' --mode ask --wait 60s > one.out 2>&1");
  family.write("two.sh", "while ! test -e go; do sleep 0.05; done; " + kDelegate +
                             "'sh three.sh' --mode debug --wait 60s");
  family.write("three.sh", "echo three >> three.txt");

  const RunId root = family.start();
  REQUIRE(family.step_until([&] { return family.running_count() == 2; }));
  family.engine.reset();
  std::ofstream(family.workspace.root + "/go") << "1";
  RunDirectory directory(*family.workspace.files, family.workspace.random, root);
  for (int looks = 0; looks < 2000 && !directory.result(1).value(); ++looks) {
    family.workspace.clock.sleep(std::chrono::milliseconds{20});
  }
  family.engine = family.workspace.open_engine();
  REQUIRE(family.step_until_quiet());

  const auto tree = tree_of(family.engine->history(), root);
  REQUIRE(tree);
  CHECK(tree->run_count == 3);
  CHECK(family.workspace.read("three.txt") == "three\n");
  for (const RunSummary& run : family.engine->history().finished()) CHECK(run.end == "succeeded");
}
