// SPDX-License-Identifier: MIT
// Reading lines of /proc/<pid>/stat, also hostile ones, and finding descendants.
#include "base/process_table.hpp"

#include "support/catch.hpp"

#include <unistd.h>

using namespace loop;
using namespace loop::process_table;

namespace {
const std::string kRest = " 4242 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654321 0 0\n";
}

TEST_CASE("a stat line gives pid, state, parent and start") {
  const auto row = parse_stat("17 (sh) S" + kRest);

  REQUIRE(row);
  CHECK(row->pid == 17);
  CHECK(row->state == 'S');
  CHECK(row->parent == 4242);
  CHECK(row->start_ticks == 987654321);
  CHECK(row->is_live());
}

TEST_CASE("a program that names itself like a stat line does not mislead") {
  for (const char* name : {"a b", "x) S 1 1 1 (y", ")", "((", "", "a\nb"}) {
    INFO(name);
    const auto row = parse_stat("17 (" + std::string(name) + ") Z" + kRest);
    REQUIRE(row);
    CHECK(row->parent == 4242);
    CHECK(row->start_ticks == 987654321);
    CHECK_FALSE(row->is_live());
  }
}

TEST_CASE("lines that are no stat lines are refused") {
  for (const char* line : {"", "(", ")", ")(", "17", "17 (sh)", "17 (sh) S 1 2 3", "(sh) S",
                           "x (sh) S 4242 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 9 0",
                           "17 (sh) S x 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 9 0"}) {
    INFO(line);
    CHECK_FALSE(parse_stat(line));
  }
}

TEST_CASE("descendants are found through any depth, without the dead and without looping") {
  const std::vector<ProcessRow> rows = {
      {10, 'S', 1, 0}, {11, 'S', 10, 0}, {12, 'Z', 11, 0}, {13, 'R', 12, 0},
      {20, 'S', 1, 0}, {30, 'S', 31, 0}, {31, 'S', 30, 0},
  };
  const auto pids = [&](const std::vector<int>& roots) {
    std::vector<int> found;
    for (const ProcessRow& row : descendants(rows, roots)) found.push_back(row.pid);
    std::sort(found.begin(), found.end());
    return found;
  };

  CHECK(pids({10}) == std::vector<int>{10, 11, 13});
  CHECK(pids({30}) == std::vector<int>{30, 31});
  CHECK(pids({99}).empty());
  CHECK(pids({10, 11, 20}) == std::vector<int>{10, 11, 13, 20});
}

TEST_CASE("this process is in the table") {
  const auto row = read_row(getpid());

  REQUIRE(row);
  CHECK(row->parent == getppid());
  CHECK(row->start_ticks > 0);
  CHECK_FALSE(read_boot_id().empty());
}
