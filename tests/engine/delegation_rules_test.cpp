// SPDX-License-Identifier: MIT
// Delegation's pure rules: time, equality of tasks, and the tree of runs.
#include <algorithm>

#include "engine/child_log.hpp"
#include "loop/engine/delegation.h"
#include "loop/engine/run_record.h"
#include "loop/engine/run_tree.h"
#include "support/catch.hpp"

using namespace loop;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const Instant kNow = *parse_instant("2025-11-01T06:00:00Z");

JournalEntry claimed(const std::string& run, const std::string& parent, int depth) {
  JournalEntry entry;
  entry.time = kNow + seconds{depth};
  entry.event = JournalEvent::claimed;
  entry.schedule = ScheduleId("s");
  entry.run = RunId(run);
  entry.parent = RunId(parent);
  entry.depth = depth;
  entry.mode = "code";
  entry.task = "task of " + run;
  return entry;
}

JournalEntry happened(const std::string& run, JournalEvent event) {
  JournalEntry entry;
  entry.time = kNow + minutes{1};
  entry.event = event;
  entry.schedule = ScheduleId("s");
  entry.run = RunId(run);
  return entry;
}

JournalEntry attempt_ended(const std::string& run, std::int64_t cost) {
  JournalEntry entry = happened(run, JournalEvent::attempt_ended);
  entry.end = "succeeded";
  entry.cost_usd_micros = cost;
  entry.tokens = cost * 2;
  entry.duration = seconds{cost};
  return entry;
}

// root -> (a -> b, c), all running.
History family() {
  History history;
  for (const auto& entry : {claimed("root", "", 0), claimed("a", "root", 2), claimed("b", "a", 3),
                            claimed("c", "root", 2)}) {
    history.apply(entry);
  }
  for (const char* run : {"root", "a", "b", "c"}) {
    history.apply(happened(run, JournalEvent::started));
  }
  return history;
}

std::vector<std::string> ids(const std::vector<RunSummary>& runs) {
  std::vector<std::string> found;
  for (const RunSummary& run : runs) found.push_back(run.id.str());
  return found;
}

}  // namespace

TEST_CASE("a child gets at most half of what its parent has left") {
  DelegationTimes times{.now = kNow, .wanted = minutes{30}};
  times.parent_deadline = kNow + hours{1} - seconds{2};
  CHECK(allowed_time(times).value() == minutes{30} - seconds{1});
  times.parent_deadline = kNow + hours{1};
  CHECK(allowed_time(times).value() == minutes{30});
  times.parent_deadline = kNow + hours{1} + seconds{2};
  CHECK(allowed_time(times).value() == minutes{30});
}

TEST_CASE("less than a second is no time") {
  DelegationTimes times{.now = kNow, .wanted = hours{1}};
  times.parent_deadline = kNow + std::chrono::milliseconds{1998};
  REQUIRE_FALSE(allowed_time(times));
  CHECK(allowed_time(times).error().code() == Errc::limit_reached);
  times.parent_deadline = kNow + std::chrono::milliseconds{2000};
  CHECK(allowed_time(times).value() == seconds{1});
  times.parent_deadline = kNow + std::chrono::milliseconds{2002};
  CHECK(allowed_time(times).value() == std::chrono::milliseconds{1001});
  times.parent_deadline = kNow - hours{5};
  CHECK_FALSE(allowed_time(times));
}

TEST_CASE("a tree has two hours from the first start of its root") {
  DelegationTimes times{.now = kNow, .wanted = minutes{10}};
  times.tree_start = kNow - hours{2} + minutes{10} + seconds{1};
  CHECK(allowed_time(times).value() == minutes{10});
  times.tree_start = kNow - hours{2} + minutes{10};
  CHECK(allowed_time(times).value() == minutes{10});
  times.tree_start = kNow - hours{2} + minutes{10} - seconds{1};
  CHECK(allowed_time(times).value() == minutes{10} - seconds{1});
  times.tree_start = kNow - hours{2} + seconds{1};
  CHECK(allowed_time(times).value() == seconds{1});
  times.tree_start = kNow - hours{2};
  CHECK_FALSE(allowed_time(times));
}

TEST_CASE("a root has at most two hours, however much is wanted") {
  CHECK(allowed_time({.now = kNow, .wanted = hours{2} - seconds{1}}).value() ==
        hours{2} - seconds{1});
  CHECK(allowed_time({.now = kNow, .wanted = hours{2}}).value() == hours{2});
  CHECK(allowed_time({.now = kNow, .wanted = hours{2} + seconds{1}}).value() == hours{2});
  CHECK(allowed_time({.now = kNow}).value() == hours{2});
}

TEST_CASE("a deadline shortens the time, and one that is past is refused by name") {
  DelegationTimes times{.now = kNow, .wanted = hours{1}};
  times.wanted_deadline = kNow + minutes{7};
  CHECK(allowed_time(times).value() == minutes{7});
  times.wanted_deadline = kNow;
  REQUIRE_FALSE(allowed_time(times));
  CHECK(allowed_time(times).error().message().find("deadline is 2025-11-01T06:00") !=
        std::string::npos);
}

TEST_CASE("tasks that differ in case, space or the full stop at their end are the same") {
  CHECK(normalise_task("  Fix\tthe \n build. ") == "fix the build");
  CHECK(normalise_task("fix the build") == normalise_task("Fix the build..."));
  CHECK(normalise_task("fix the built") != normalise_task("fix the build"));
  CHECK(normalise_task(" . ").empty());
}

TEST_CASE("keys of delegation are no ids of people's schedules, and runs are single folders") {
  CHECK(is_delegation_key(delegation_key(ModeSlug("code"))));
  CHECK_FALSE(is_delegation_key(ScheduleId("delegate")));
  CHECK_FALSE(is_delegation_key(ScheduleId("code")));
  CHECK(is_run_id(delegated_run_id(ModeSlug("code"), "uuid").str()));
}

TEST_CASE("a tree has what its runs used, each and in sum") {
  History history = family();
  history.apply(attempt_ended("b", 5));
  history.apply(happened("b", JournalEvent::finished));
  history.apply(attempt_ended("a", 7));
  const auto tree = tree_of(history, RunId("root"));

  REQUIRE(tree);
  CHECK(tree->run_count == 4);
  CHECK(tree->cost_usd_micros == 12);
  CHECK(tree->tokens == 24);
  CHECK(tree->busy == seconds{12});
  CHECK(tree->run.cost_usd_micros == 0);
  REQUIRE(tree->children.size() == 2);
  CHECK(tree->children[0].run.id.str() == "a");
  CHECK(tree->children[0].cost_usd_micros == 12);
  CHECK(tree->children[0].run.cost_usd_micros == 7);
  CHECK(tree->children[1].run_count == 1);
  CHECK_FALSE(tree_of(history, RunId("none")));
}

TEST_CASE("paths go up, descendants down, the deepest first") {
  const History history = family();

  CHECK(ids(path_of(history, RunId("b"))) == std::vector<std::string>{"b", "a", "root"});
  CHECK(root_of(history, RunId("b"))->str() == "root");
  CHECK(ids(live_descendants(history, RunId("root"))) == std::vector<std::string>{"b", "a", "c"});
  CHECK(ids(live_descendants(history, RunId("a"))) == std::vector<std::string>{"b"});
  CHECK(path_of(history, RunId("none")).empty());
}

TEST_CASE("a run is cut off when any run above it is over or between attempts") {
  History history = family();
  const auto is_cut = [&](const char* run) {
    return is_cut_off(history, *history.find(RunId(run)));
  };
  CHECK_FALSE(is_cut("root"));
  CHECK_FALSE(is_cut("b"));

  history.apply(attempt_ended("root", 1));
  CHECK(is_cut("a"));
  CHECK(is_cut("b"));
  history.apply(happened("root", JournalEvent::finished));
  CHECK(is_cut("b"));
  CHECK(is_cut("c"));
}

TEST_CASE("a circle in a damaged journal ends every walk") {
  History history;
  history.apply(claimed("x", "y", 2));
  history.apply(claimed("y", "x", 2));

  CHECK(path_of(history, RunId("x")).size() <= 64);
  CHECK(live_descendants(history, RunId("x")).size() <= 2);
  CHECK(tree_of(history, RunId("x")).has_value());
  CHECK(is_cut_off(history, *history.find(RunId("x"))));
}

TEST_CASE("the journal keeps parent, depth and task of a run") {
  const JournalEntry entry = claimed("a", "root", 2);
  const auto again = parse_entry(format_entry(entry));

  REQUIRE(again);
  CHECK(again->parent.str() == "root");
  CHECK(again->depth == 2);
  CHECK(again->task == "task of a");
}

TEST_CASE("a line about a child survives its round trip, with hostile text in it") {
  ChildRecord child;
  child.time = kNow;
  child.run = RunId("delegate-code@1");
  child.mode = ModeSlug("code");
  child.task = "one\ntwo";
  child.end = "failed";
  child.reason = "bad \xff byte";
  child.answer = "line\n\"quoted\"";
  child.cost_usd_micros = 3;
  const std::string line = format_child(child);

  CHECK(std::count(line.begin(), line.end(), '\n') == 1);
  const auto again = parse_child(std::string_view(line).substr(0, line.size() - 1));
  REQUIRE(again);
  CHECK(again->task == "one two");
  CHECK(again->answer == child.answer);
  CHECK(again->reason == "bad \xef\xbf\xbd byte");
  CHECK(again->end == "failed");
  CHECK_FALSE(parse_child("{\"schema\":1}"));
  CHECK_FALSE(parse_child("x"));
}
