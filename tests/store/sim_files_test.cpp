// SPDX-License-Identifier: MIT
// The simulated disk's own doings: crashes, faults, limits.
#include "sim/sim_files.hpp"

#include <cerrno>
#include <set>

#include "sim/sim_clock.hpp"
#include "support/catch.hpp"

using namespace loop;

namespace {

struct Fixture {
  sim::SimClock clock{*parse_instant("2025-11-01T12:00:00Z")};
  sim::SimFiles files{clock};

  std::unique_ptr<OpenFile> open(std::string_view path) {
    auto file = files.open(RelativePath::of(path), {Access::append, Creation::if_absent, 0644});
    REQUIRE(file);
    return std::move(*file);
  }
};

const RelativePath kA = RelativePath::of("a");
const RelativePath kB = RelativePath::of("b");

}  // namespace

TEST_CASE("what was not synced may be kept, lost, cut short or zeros, as the seed says") {
  std::set<std::string> outcomes;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Fixture fixture;
    fixture.files.put("f", "safe ");
    REQUIRE(fixture.open("f")->write("new"));
    fixture.files.crash(seed);
    outcomes.insert(*fixture.files.content("f"));
  }
  CHECK(outcomes == std::set<std::string>{"safe ", "safe n", "safe ne", "safe new",
                                          std::string("safe \0\0\0", 8)});
}

TEST_CASE("what was synced is kept by every crash") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Fixture fixture;
    const auto file = fixture.open("f");
    REQUIRE(file->write("one"));
    REQUIRE(file->sync_data());
    REQUIRE(fixture.files.sync_directory(std::nullopt));
    fixture.files.crash(seed);
    CHECK(fixture.files.content("f") == "one");
  }
}

TEST_CASE("a synced file without a synced name may be gone") {
  std::set<bool> outcomes;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Fixture fixture;
    REQUIRE(fixture.open("f")->sync());
    fixture.files.crash(seed);
    outcomes.insert(fixture.files.content("f").has_value());
  }
  CHECK(outcomes.size() == 2);
}

TEST_CASE("an unsynced rename happened or not, and never half") {
  std::set<std::vector<std::string>> outcomes;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Fixture fixture;
    fixture.files.put("a", "new");
    fixture.files.put("b", "old");
    REQUIRE(fixture.files.rename(kA, kB));
    fixture.files.crash(seed);
    outcomes.insert({fixture.files.content("a").value_or("-"), *fixture.files.content("b")});
  }
  CHECK(outcomes == std::set<std::vector<std::string>>{{"-", "new"}, {"new", "old"}});
}

TEST_CASE("a crash of one seed has one outcome") {
  const auto run = [] {
    Fixture fixture;
    for (const char* name : {"a", "b", "c", "d"}) REQUIRE(fixture.open(name)->write("xyz"));
    fixture.files.crash(99);
    std::string all;
    for (const std::string& name : fixture.files.all_files()) {
      all += name + *fixture.files.content(name);
    }
    return all;
  };
  CHECK(run() == run());
}

TEST_CASE("open files are dead after a crash") {
  Fixture fixture;
  const auto file = fixture.open("f");
  fixture.files.crash(1);

  const auto written = file->write("x");

  REQUIRE_FALSE(written);
  CHECK(written.error().cause() == EBADF);
}

TEST_CASE("exactly the call with the number fails, and has no effect") {
  Fixture fixture;
  const auto file = fixture.open("f");
  fixture.files.fail_call(fixture.files.calls() + 2, EIO);

  CHECK(file->write("1"));
  const auto failed = file->write("2");
  CHECK(file->write("3"));

  REQUIRE_FALSE(failed);
  CHECK(failed.error().cause() == EIO);
  CHECK(failed.error().message().starts_with("write f: "));
  CHECK(fixture.files.content("f") == "13");
}

TEST_CASE("a full disk writes what fits and then nothing; removing makes room") {
  Fixture fixture;
  fixture.files.put("old", "12345");
  const auto file = fixture.open("f");
  fixture.files.set_free_bytes(3);

  CHECK(*file->write("abcdef") == 3);
  CHECK(file->write("d").error().code() == Errc::no_space);
  CHECK(fixture.files.make_directory(kA).error().code() == Errc::no_space);
  CHECK(fixture.files.space()->free_bytes == 0);
  REQUIRE(fixture.files.remove(RelativePath::of("old")));
  CHECK(*file->write("def") == 3);
}

TEST_CASE("a read-only disk can be read and not changed") {
  Fixture fixture;
  fixture.files.put("a", "x");
  fixture.files.set_read_only(true);

  CHECK(fixture.files.open(kA, {}));
  CHECK(fixture.files.open(kA, {Access::append, Creation::must_exist, 0}).error().code() ==
        Errc::read_only);
  CHECK(fixture.files.remove(kA).error().code() == Errc::read_only);
  CHECK(fixture.files.rename(kA, kB).error().code() == Errc::read_only);
  CHECK(fixture.files.make_directory(kB).error().code() == Errc::read_only);
}

TEST_CASE("a file's time is the clock's when it was last changed") {
  Fixture fixture;
  const auto file = fixture.open("f");
  fixture.clock.advance(std::chrono::minutes{5});
  REQUIRE(file->write("x"));
  const auto changed = fixture.clock.now();
  fixture.clock.advance(std::chrono::minutes{5});

  const auto info = file->info();

  REQUIRE(info);
  CHECK(info->modified_ns == std::chrono::nanoseconds(changed.time_since_epoch()).count());
}
