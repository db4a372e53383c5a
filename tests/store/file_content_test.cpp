// SPDX-License-Identifier: MIT
// Reading whole files and replacing them, with every call failing once and the power with it.
#include "loop/store/file_content.h"

#include <cerrno>

#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "sim/sim_random.hpp"
#include "support/catch.hpp"

using namespace loop;

namespace {

struct Fixture {
  sim::SimClock clock{*parse_instant("2025-11-01T12:00:00Z")};
  sim::SimRandom random{7};
  sim::SimFiles files{clock};
};

const RelativePath kFile = RelativePath::of("d/f.json");

// Only the file itself: no temporary file is left.
void check_only_file(const sim::SimFiles& files) {
  CHECK(files.all_files() == std::vector<std::string>{"d/f.json"});
}

}  // namespace

TEST_CASE("a replaced file has the new content and survives a power cut") {
  Fixture fixture;
  REQUIRE(make_directories(fixture.files, RelativePath::of("d")));

  REQUIRE(replace_file(fixture.files, fixture.random, kFile, "one"));
  fixture.files.crash_to_synced();

  CHECK(fixture.files.content("d/f.json") == "one");
}

TEST_CASE("a replacement with any one call failing leaves the old or the new content alone") {
  const int cause = GENERATE(ENOSPC, EDQUOT, EIO, EINTR, EROFS, EMFILE);
  std::uint64_t failed = 0;
  for (std::uint64_t call = 1;; ++call) {
    Fixture fixture;
    fixture.files.put("d/f.json", "old");
    fixture.files.fail_call(call, cause);

    const auto replaced = replace_file(fixture.files, fixture.random, kFile, "new content");

    if (fixture.files.calls() < call) break;
    ++failed;
    const auto content = fixture.files.content("d/f.json");
    CAPTURE(call, cause, content);
    if (replaced) CHECK(content == "new content");
    if (!replaced) {
      CHECK((content == "old" || content == "new content"));
      CHECK(replaced.error().message().find("d/f.json") != std::string::npos);
    }
    check_only_file(fixture.files);
    CHECK(fixture.files.open_files() == 0);
  }
  CHECK(failed >= 8);
}
