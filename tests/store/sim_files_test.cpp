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

TEST_CASE("of an unsynced write each sector is kept or zeros, when the size is kept") {
  const std::string old(500, 'o');
  const std::string added(600, 'n');
  std::set<std::string> outcomes;
  sim::EveryFate fates;
  Fixture fixture;
  fixture.files.put("f", old);
  const auto file = fixture.files.open(RelativePath::of("f"), {Access::append});
  REQUIRE((*file)->write(added));
  while (fates.next()) {
    outcomes.insert(fixture.files.after_power_cut(fates).entries.at("f").data);
  }

  // Three sectors: 12 bytes of the first, all of the second, 76 of the third.
  std::set<std::string> expected{old};
  for (unsigned kept = 0; kept < 8; ++kept) {
    std::string bytes = added;
    if ((kept & 1) == 0) bytes.replace(0, 12, 12, '\0');
    if ((kept & 2) == 0) bytes.replace(12, 512, 512, '\0');
    if ((kept & 4) == 0) bytes.replace(524, 76, 76, '\0');
    expected.insert(old + bytes);
  }
  CHECK(outcomes == expected);
  CHECK(fixture.files.power_cut_ways(512, 1000) == 16);
  CHECK(fixture.files.power_cut_ways(4096, 1000) == 4);
}

TEST_CASE("what an unsynced truncation cut off comes back with the old size only") {
  std::set<std::string> outcomes;
  sim::EveryFate fates;
  Fixture fixture;
  fixture.files.put("f", "whole torn");
  const auto file = fixture.files.open(RelativePath::of("f"), {Access::append});
  REQUIRE((*file)->truncate(6));
  REQUIRE((*file)->write("new1"));
  while (fates.next()) {
    outcomes.insert(fixture.files.after_power_cut(fates).entries.at("f").data);
  }

  const std::string zeros("whole \0\0\0\0", 10);
  CHECK(outcomes == std::set<std::string>{"whole torn", zeros, "whole new1", "whole "});
}

TEST_CASE("every fate is had once, and questions may depend on answers") {
  sim::EveryFate fates;
  std::vector<std::string> told;
  while (fates.next()) {
    std::string answers = std::to_string(fates.choose(2));
    if (answers == "1") answers += std::to_string(fates.choose(3));
    told.push_back(answers);
  }
  CHECK(told == std::vector<std::string>{"0", "10", "11", "12"});
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
