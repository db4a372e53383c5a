// SPDX-License-Identifier: MIT
// loopctl selftest, as an operator runs it.
#include <filesystem>

#include "apps/loopctl_fixture.hpp"
#include "support/catch.hpp"

using namespace loop::test;
using Catch::Contains;

namespace fs = std::filesystem;

TEST_CASE("loopctl selftest: killed writers lose nothing, and nothing of the trial stays") {
  const LoopctlFixture loopctl;
  const std::string disk = loopctl.top() + "/disk";
  fs::create_directory(disk);

  const auto told = loopctl.run({"selftest", "--durability", disk, "--length", "1s", "--json"});

  CHECK(told.code == 0);
  const auto report = parse_object(told.out);
  CHECK(report.at("kills").to_number<int>() > 4);
  CHECK(report.at("acknowledged_rows").to_number<int>() > 0);
  for (const char* damage :
       {"lost_rows", "doubled_rows", "torn_rows", "lost_versions", "torn_versions"}) {
    CHECK(report.at(damage).to_number<int>() == 0);
  }
  CHECK(report.at("sound").as_bool());
  CHECK(fs::is_empty(disk));
}

TEST_CASE("loopctl selftest: a folder that is none is refused") {
  const LoopctlFixture loopctl;
  const auto refused = loopctl.run({"selftest", "--durability", loopctl.top() + "/absent"});
  CHECK(refused.code != 0);
  CHECK_THAT(refused.err, Contains("absent"));
}
