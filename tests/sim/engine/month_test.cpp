// SPDX-License-Identifier: MIT
// Months of thousands of seeds, in four parts that run side by side.
#include <fmt/format.h>

#include <cstdlib>

#include "sim/engine/month.hpp"

using namespace loop::sim;

namespace {

constexpr std::uint64_t kParts = 4;

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Every fourth seed up to LOOP_SIM_SEEDS; with LOOP_SIM_SEED only that one.
void run_part(std::uint64_t part) {
  const std::uint64_t only = number_from("LOOP_SIM_SEED", 0);
  const std::uint64_t seeds = number_from("LOOP_SIM_SEEDS", 10'000);
  MonthEvents all;
  std::uint64_t count = 0;
  for (std::uint64_t seed = part; seed <= (only != 0 ? only : seeds); seed += kParts) {
    if (only != 0 && seed != only) continue;
    INFO("replay: LOOP_SIM_SEED=" << seed << " " << LOOP_SIM_PROGRAM << " \"30 days*\"");
    Month month(seed);
    month.run();
    const std::string complaint = month.complaint();
    all += month.events();
    ++count;
    INFO(complaint);
    REQUIRE(complaint.empty());
  }
  fmt::print(
      "{} seeds of 30 days: {} slots claimed, {} with a recorded reason; {} kills, {} power "
      "cuts, {} clock jumps, {} pauses, {} full disks, {} bad agents\n",
      count, all.claimed, all.excused, all.engine_kills, all.power_cuts, all.clock_jumps,
      all.pauses, all.full_disks, all.bad_agents);
}

}  // namespace

TEST_CASE("30 days of many seeds (1 of 4): every slot runs once or has a reason") { run_part(1); }
TEST_CASE("30 days of many seeds (2 of 4): every slot runs once or has a reason") { run_part(2); }
TEST_CASE("30 days of many seeds (3 of 4): every slot runs once or has a reason") { run_part(3); }
TEST_CASE("30 days of many seeds (4 of 4): every slot runs once or has a reason") { run_part(4); }

TEST_CASE("the same seed of a month gives the same journal and the same files") {
  for (const std::uint64_t seed : {7, 8, 9}) {
    Month first(seed);
    first.run();
    Month second(seed);
    second.run();
    Month other(seed + 100);
    other.run();

    const auto journal = [](const Month& month) {
      return month.world().file(".loop/journal.jsonl");
    };
    CHECK(journal(first) == journal(second));
    CHECK(journal(first) != journal(other));
    CHECK(first.world().files.all_files() == second.world().files.all_files());
    CHECK(first.world().file("task_timing.tsv") == second.world().file("task_timing.tsv"));
  }
}
