// SPDX-License-Identifier: MIT
// Sums of use and cost over the journal.
#include "loop/engine/cost_report.h"

#include "support/catch.hpp"

using namespace loop;

namespace {

Instant at(std::string_view text) { return *parse_instant(text); }

JournalEntry claimed(const std::string& run, const std::string& agent, const std::string& mode) {
  JournalEntry entry;
  entry.event = JournalEvent::claimed;
  entry.run = RunId(run);
  entry.agent = agent;
  entry.mode = mode;
  return entry;
}

JournalEntry ended(const std::string& run, std::string_view time, std::int64_t tokens,
                   std::optional<std::int64_t> usd_micros) {
  JournalEntry entry;
  entry.event = JournalEvent::attempt_ended;
  entry.time = at(time);
  entry.run = RunId(run);
  entry.schedule = ScheduleId("s-" + run);
  entry.usage.output = tokens;
  if (usd_micros) {
    entry.cost_usd_micros = *usd_micros;
    entry.cost_basis = AgentCost::Basis::reported;
  }
  return entry;
}

const std::vector<JournalEntry>& journal() {
  static const std::vector<JournalEntry> entries{
      claimed("1", "claude", "code"),
      ended("1", "2025-11-01T23:59:59.999Z", 100, 5000),
      claimed("2", "codex", "ask"),
      ended("2", "2025-11-02T00:00:00Z", 10, {}),
      claimed("3", "claude", "ask"),
      ended("3", "2025-11-02T08:00:00Z", 1, 70),
      ended("3", "2025-11-02T09:00:00Z", 2, 30),  // a second attempt
  };
  return entries;
}

}  // namespace

TEST_CASE("use is summed by agent, mode, schedule and day, and every sum is exact") {
  const auto keys = [](CostGrouping grouping) {
    std::vector<std::string> found;
    std::int64_t tokens = 0;
    for (const CostSum& group : report_cost(journal(), {}, grouping).groups) {
      found.push_back(group.key);
      tokens += group.usage.total();
    }
    CHECK(tokens == 113);
    return found;
  };

  CHECK(keys(CostGrouping::agent) == std::vector<std::string>{"claude", "codex"});
  CHECK(keys(CostGrouping::mode) == std::vector<std::string>{"code", "ask"});
  CHECK(keys(CostGrouping::schedule) == std::vector<std::string>{"s-1", "s-3", "s-2"});
  CHECK(keys(CostGrouping::day) == std::vector<std::string>{"2025-11-01", "2025-11-02"});
}

TEST_CASE("a cost that is not known is counted and never guessed") {
  const CostReport report = report_cost(journal(), {}, CostGrouping::agent);

  CHECK(report.total.attempts == 4);
  CHECK(report.total.attempts_of_unknown_cost == 1);
  CHECK(report.total.usd_micros == 5100);
  CHECK(report.groups.back().key == "codex");
  CHECK(report.groups.back().usd_micros == 0);
}

TEST_CASE("a span takes its beginning and leaves its end") {
  const CostFilter filter{at("2025-11-02T00:00:00Z"), at("2025-11-02T09:00:00Z")};

  CHECK(report_cost(journal(), filter, CostGrouping::day).total.usage.total() == 11);
}

TEST_CASE("use and cost come back from a journal line") {
  JournalEntry entry = ended("1", "2025-11-01T00:00:00Z", 7, 12);
  entry.usage = {1, 2, 3, 4, 5};
  entry.tokens = 15;
  entry.is_cost_partial = true;

  const auto read = parse_entry(format_entry(entry));

  REQUIRE(read);
  CHECK(read->usage == entry.usage);
  CHECK(read->cost_basis == AgentCost::Basis::reported);
  CHECK(read->is_cost_partial);
  CHECK(parse_entry(format_entry(claimed("1", "a", "m")))->agent == "a");
}
