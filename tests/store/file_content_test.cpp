// SPDX-License-Identifier: MIT
// Reading whole files and replacing them, with every call failing once and the power with it.
#include "loop/store/file_content.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>

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

TEST_CASE("a file is read up to its limit, and whole without one") {
  Fixture fixture;
  fixture.files.put("d/f.json", "12345");

  CHECK(read_file(fixture.files, kFile, 5)->bytes == "12345");
  CHECK(read_file(fixture.files, kFile, 6)->bytes == "12345");
  CHECK(read_file(fixture.files, kFile, UINT64_MAX)->bytes == "12345");
  CHECK(read_file(fixture.files, kFile, 4).error().code() == Errc::too_large);
  CHECK_FALSE(*read_file_if_exists(fixture.files, RelativePath::of("d/none")));
}

TEST_CASE("a change by another program since the file was read is a conflict, and stays") {
  Fixture fixture;
  fixture.files.put("d/f.json", "read");
  const auto read = read_file(fixture.files, kFile);
  REQUIRE(read);
  const ReplaceOptions options{.expected = read->stamp};
  CHECK(replace_file(fixture.files, fixture.random, kFile, "ours", options));

  fixture.files.put("d/f.json", "theirs");
  const auto changed = replace_file(fixture.files, fixture.random, kFile, "ours", options);
  REQUIRE_FALSE(changed);
  CHECK(changed.error().code() == Errc::conflict);
  CHECK(fixture.files.content("d/f.json") == "theirs");

  REQUIRE(fixture.files.remove(kFile));
  const auto removed = replace_file(fixture.files, fixture.random, kFile, "ours", options);
  CHECK(removed.error().code() == Errc::conflict);
  CHECK(fixture.files.all_files().empty());
}

// Random numbers are drawn just before the temporary file is written: the place for a rival.
class RivalRandom final : public RandomSource {
 public:
  explicit RivalRandom(sim::SimFiles& files) : files_(files) {}
  void fill(std::span<std::byte> bytes) override {
    std::fill(bytes.begin(), bytes.end(), std::byte{7});
    files_.put("d/f.json", "theirs");
  }

 private:
  sim::SimFiles& files_;
};

TEST_CASE("a change while the new content is written is seen before it takes the place") {
  Fixture fixture;
  fixture.files.put("d/f.json", "read");
  RivalRandom rival(fixture.files);
  const ReplaceOptions options{.expected = read_file(fixture.files, kFile)->stamp};

  const auto replaced = replace_file(fixture.files, rival, kFile, "ours", options);

  REQUIRE_FALSE(replaced);
  CHECK(replaced.error().code() == Errc::conflict);
  CHECK(fixture.files.content("d/f.json") == "theirs");
  check_only_file(fixture.files);
}

TEST_CASE("a replacement is refused for anything but a file, and where there is no folder") {
  Fixture fixture;
  fixture.files.put("d/f.json/inner", "");
  fixture.files.make_fifo("pipe");

  CHECK(replace_file(fixture.files, fixture.random, kFile, "x").error().code() ==
        Errc::invalid_argument);
  CHECK(replace_file(fixture.files, fixture.random, RelativePath::of("pipe"), "x").error().code() ==
        Errc::invalid_argument);
  CHECK(replace_file(fixture.files, fixture.random, RelativePath::of("no/f"), "x").error().code() ==
        Errc::not_found);
}

TEST_CASE("names of temporary files are told from others, also for the longest names") {
  CHECK(is_temporary_name(".f.loop-tmp-0123456789abcdef"));
  CHECK_FALSE(is_temporary_name("f.loop-tmp-0123456789abcdef"));
  CHECK_FALSE(is_temporary_name(".f.loop-tmp-0123456789abcde"));
  CHECK_FALSE(is_temporary_name(".f.loop-tmp-0123456789abcdeF"));
  CHECK_FALSE(is_temporary_name(""));
  Fixture fixture;
  const RelativePath longest = RelativePath::of(std::string(255, 'n'));
  CHECK(replace_file(fixture.files, fixture.random, longest, "x"));
}

TEST_CASE("short writes are gone on with") {
  Fixture fixture;
  fixture.files.put("d/f.json", "old");
  for (std::uint64_t call = 1; call < 40; ++call) fixture.files.shorten_write(call, 3);

  REQUIRE(replace_file(fixture.files, fixture.random, kFile, "longer than that"));

  CHECK(fixture.files.content("d/f.json") == "longer than that");
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
