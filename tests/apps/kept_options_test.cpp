// SPDX-License-Identifier: MIT
// A configuration that is kept: read once while nothing changes, anew for every change.
#include "front/kept_options.hpp"

#include <filesystem>
#include <fstream>

#include "loop/base/log.h"
#include "loopctl_fixture.hpp"
#include "support/catch.hpp"

using namespace loop;
using namespace loop::test;

namespace {

struct KeptFixture {
  KeptFixture() { workspace.make_workspace(); }

  // An hour from now every file is old enough to be told apart from a later one.
  front::KeptOptions::Options get(Duration later = std::chrono::hours{1}) {
    auto options = kept.get(
        [&] {
          ++opened;
          return front::Session::open_root(workspace.root(), surroundings, {},
                                           std::make_unique<NullLog>());
        },
        SystemClock().now() + later);
    REQUIRE(options);
    return *options;
  }

  LoopctlFixture workspace;
  front::Surroundings surroundings{.environment = workspace.environment, .program = LOOP_LOOPCTL};
  front::KeptOptions kept{surroundings, workspace.root()};
  int opened = 0;
};

}  // namespace

TEST_CASE("kept options: read once while their files stay what they are") {
  KeptFixture fixture;
  const auto first = fixture.get();
  CHECK(fixture.get() == first);
  CHECK(fixture.opened == 1);
}

TEST_CASE("kept options: a change of a file holds from the next call on, and so does its removal") {
  KeptFixture fixture;
  fixture.get();
  const std::string deny = "[files]\ndeny = [\"notes.txt\"]\n";
  std::filesystem::create_directories(fixture.surroundings.config_directory());
  std::ofstream(fixture.surroundings.config_directory() + "/config.toml") << deny;
  CHECK(fixture.get()->options.config.files_deny == std::vector<std::string>{"notes.txt"});
  CHECK(fixture.opened == 2);
  std::filesystem::remove(fixture.surroundings.config_directory() + "/config.toml");
  CHECK(fixture.get()->options.config.files_deny != std::vector<std::string>{"notes.txt"});
  CHECK(fixture.opened == 3);
}

TEST_CASE(
    "kept options: an unapproved configuration of the workspace is told, each time it changes") {
  KeptFixture fixture;
  CHECK_FALSE(fixture.get()->configuration_problem);
  fixture.workspace.write(".loop/config.toml", "[files]\ndeny = [\"a\"]\n");
  CHECK(fixture.get()->configuration_problem);
  fixture.workspace.run({"trust", "--yes"});
  CHECK_FALSE(fixture.get()->configuration_problem);
}

TEST_CASE("kept options: files that changed just now are read again each time") {
  KeptFixture fixture;
  fixture.workspace.write(".loop/config.toml", "");
  fixture.get(Duration{0});
  fixture.get(Duration{0});
  CHECK(fixture.opened == 2);
}
