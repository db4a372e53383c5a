// SPDX-License-Identifier: MIT
// Power cuts at every call of appends, replacements and backups: what was acknowledged is there.
#include <set>

#include "loop/store/append_log.h"
#include "loop/store/backup_store.h"
#include "loop/store/file_content.h"
#include "loop/store/recovery.h"
#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "sim/sim_random.hpp"
#include "support/catch.hpp"

using namespace loop;

namespace {

constexpr std::uint64_t kSeeds = 40;

struct Fixture {
  sim::SimClock clock{*parse_instant("2025-11-01T12:00:00Z")};
  sim::SimRandom random{7};
  sim::SimFiles files{clock};
  NullLog log;

  // From this call on nothing works: the power is about to fail.
  void die_at(std::uint64_t call) { files.fail_from(call, EIO); }
  void restart(std::uint64_t seed) {
    files.clear_faults();
    files.crash(seed);
  }
};

}  // namespace

TEST_CASE("a power cut at any call of a replacement leaves the old or the new content") {
  const RelativePath path = RelativePath::of(".roo/schedules.json");
  std::set<std::string> outcomes;
  std::uint64_t last_call = 0;
  for (std::uint64_t call = 1; last_call == 0 || call <= last_call + 1; ++call) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
      Fixture fixture;
      fixture.files.put(".roo/schedules.json", "old");
      fixture.die_at(call);
      const auto replaced = replace_file(fixture.files, fixture.random, path, "the new one");
      if (replaced) last_call = fixture.files.calls();
      fixture.restart(seed);

      CAPTURE(call, seed);
      const auto content = fixture.files.content(".roo/schedules.json");
      REQUIRE(content);
      if (replaced) CHECK(*content == "the new one");
      CHECK((*content == "old" || *content == "the new one"));
      outcomes.insert(*content + (replaced ? "" : ", not acknowledged"));

      fixture.clock.advance(std::chrono::hours{2});
      REQUIRE(prepare_state(fixture.files, fixture.clock, fixture.random, fixture.log));
      for (const std::string& name : fixture.files.all_files()) {
        CHECK_FALSE(is_temporary_name(RelativePath::of(name).name()));
      }
    }
  }
  CHECK(outcomes == std::set<std::string>{"old, not acknowledged", "the new one",
                                          "the new one, not acknowledged"});
}

TEST_CASE("a power cut at any call of a first replacement leaves no file or the whole one") {
  const RelativePath path = RelativePath::of("d/f");
  std::set<std::string> outcomes;
  for (std::uint64_t call = 1; call <= 24; ++call) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
      Fixture fixture;
      fixture.die_at(call);
      const bool is_acknowledged =
          make_directories(fixture.files, RelativePath::of("d")).has_value() &&
          replace_file(fixture.files, fixture.random, path, "content").has_value();
      fixture.restart(seed);

      CAPTURE(call, seed);
      const auto content = fixture.files.content("d/f");
      if (is_acknowledged) CHECK(content == "content");
      CHECK((!content || *content == "content"));
      outcomes.insert(content.value_or("none"));
    }
  }
  CHECK(outcomes.size() == 2);
}

TEST_CASE("a power cut during appends keeps every acknowledged line and no half one") {
  const RelativePath path = RelativePath::of("d/log");
  std::size_t torn = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Fixture fixture;
    sim::SimRandom chance(seed);
    REQUIRE(make_directories(fixture.files, RelativePath::of("d")));
    std::vector<std::string> written;
    std::size_t acknowledged = 0;
    fixture.die_at(fixture.files.calls() + 1 + chance.below(36));
    AppendLog log(fixture.files, fixture.clock, fixture.log, path, {});
    for (int row = 0; row < 8; ++row) {
      written.push_back("row " + std::to_string(row) + std::string(chance.below(300), '.'));
      if (!log.append(written.back() + "\n")) break;
      acknowledged = written.size();
    }
    fixture.restart(seed);

    CAPTURE(seed);
    AppendLog after(fixture.files, fixture.clock, fixture.log, path, {});
    const auto repaired = after.repair();
    REQUIRE(repaired);
    if (*repaired) ++torn;
    std::string expected;
    for (std::size_t row = 0; row < acknowledged; ++row) expected += written[row] + "\n";
    const std::string found = fixture.files.content("d/log").value_or("");
    if (acknowledged < written.size() && found != expected) expected += written.back() + "\n";
    CHECK(found == expected);
  }
  CHECK(torn > 20);
}

TEST_CASE("a power cut while a torn tail is moved aside loses none of its bytes") {
  for (std::uint64_t call = 1; call <= 30; ++call) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
      Fixture fixture;
      fixture.files.put("log", "whole\ntorn");
      fixture.die_at(call);
      AppendLog log(fixture.files, fixture.clock, fixture.log, RelativePath::of("log"), {});
      static_cast<void>(log.repair().has_value());
      fixture.restart(seed);

      CAPTURE(call, seed);
      const std::string left = *fixture.files.content("log");
      const auto aside = fixture.files.content("log.torn.20251101T120000Z");
      if (left != "whole\ntorn") {
        // With the old size and zeros: the cut was on its way.
        CHECK((left == "whole\n" || left == std::string("whole\n\0\0\0\0", 10)));
        CHECK(aside == "torn");
      }
    }
  }
}

TEST_CASE("a power cut after a finished append loses nothing of it, the file's name included") {
  Fixture fixture;
  AppendLog log(fixture.files, fixture.clock, fixture.log, RelativePath::of("log"), {});
  REQUIRE(log.append("one\n"));

  fixture.files.crash_to_synced();

  CHECK(fixture.files.content("log") == "one\n");
}

TEST_CASE("an appender that did not make the file still makes its name durable") {
  Fixture fixture;
  AppendLogOptions os_only;
  os_only.durability = Durability::os;
  AppendLog careless(fixture.files, fixture.clock, fixture.log, RelativePath::of("log"), os_only);
  REQUIRE(careless.append("one\n"));
  AppendLog careful(fixture.files, fixture.clock, fixture.log, RelativePath::of("log"), {});
  REQUIRE(careful.append("two\n"));

  fixture.files.crash_to_synced();

  CHECK(fixture.files.content("log") == "one\ntwo\n");
}

TEST_CASE("a power cut at any call of a backup leaves a good one or none") {
  const RelativePath source = RelativePath::of("f");
  std::set<std::size_t> counts;
  for (std::uint64_t call = 1; call <= 90; ++call) {
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      Fixture fixture;
      fixture.files.put("f", "content");
      fixture.die_at(call);
      BackupStore store(fixture.files, fixture.clock, fixture.random);
      const auto made = store.make(source);
      fixture.restart(seed);

      CAPTURE(call, seed);
      const auto list = store.list(source);
      REQUIRE(list);
      if (made) CHECK(list->size() == 1);
      counts.insert(list->size());
      fixture.files.put("f", "changed");
      if (!list->empty()) {
        REQUIRE(store.restore(source, list->front().path));
        CHECK(fixture.files.content("f") == "content");
      }
    }
  }
  CHECK(counts == std::set<std::size_t>{0, 1});
}
