// SPDX-License-Identifier: MIT
// Locks on files themselves, appends under them, and making files that must be new.
#include "loop/store/file_hold.h"

#include <cerrno>

#include "loop/store/append_log.h"
#include "loop/store/file_content.h"
#include "loop/store/file_creation.h"
#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "sim/sim_random.hpp"
#include "store/disk_fixture.hpp"
#include "support/catch.hpp"

using namespace loop;
using Catch::Contains;

namespace {

const RelativePath kPath = RelativePath::of("notes.txt");

struct Fixture {
  sim::SimClock clock{*parse_instant("2025-11-01T12:00:00Z")};
  sim::SimRandom random{1};
  sim::SimFiles files{clock};
};

}  // namespace

TEST_CASE("a held file is held by one only, and free again with the token") {
  for (const auto kind :
       {test::DiskKind::simulated, test::DiskKind::openat2, test::DiskKind::walk}) {
    const auto disk = test::make_disk(kind);
    disk->put("notes.txt", "a");
    disk->link("link", "notes.txt");
    sim::SimClock clock{*parse_instant("2025-11-01T12:00:00Z")};
    {
      const auto held = FileHold::acquire(disk->files(), clock, kPath);
      REQUIRE(held);
      REQUIRE(*held);
      const auto second = FileHold::acquire(disk->files(), clock, RelativePath::of("link"));
      REQUIRE_FALSE(second);
      CHECK(second.error().code() == Errc::locked);
    }
    CHECK(FileHold::acquire(disk->files(), clock, kPath)->has_value());
    CHECK_FALSE(FileHold::acquire(disk->files(), clock, RelativePath::of("absent"))->has_value());
  }
}

TEST_CASE("an append log waits for the holder of its file") {
  Fixture fixture;
  fixture.files.put("notes.txt", "");
  NullLog log;
  AppendLog rows(fixture.files, fixture.clock, log, kPath, {});
  const auto held = FileHold::acquire(fixture.files, fixture.clock, kPath);
  REQUIRE(held);

  const auto refused = rows.append("row\n");

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Errc::locked);
}

TEST_CASE("a file that is replaced while its lock is awaited is opened again") {
  Fixture fixture;
  fixture.files.put("notes.txt", "old");
  const auto first = FileHold::acquire(fixture.files, fixture.clock, kPath);
  REQUIRE(first);
  REQUIRE(replace_file(fixture.files, fixture.random, kPath, "new"));

  auto second = FileHold::acquire(fixture.files, fixture.clock, kPath);
  REQUIRE(second);
  REQUIRE((*second)->append("er"));

  CHECK(fixture.files.content("notes.txt") == "newer");
}

TEST_CASE("an append is in the file as a whole or not at all, whichever call fails") {
  std::uint64_t calls = 0;
  {
    Fixture fixture;
    auto held = FileHold::acquire_or_create(fixture.files, fixture.clock, kPath);
    REQUIRE(held->append("first"));
    calls = fixture.files.calls();
  }
  std::size_t failures = 0;
  for (std::uint64_t call = 1; call <= calls; ++call) {
    for (const int cause : {EIO, ENOSPC}) {
      Fixture fixture;
      fixture.files.fail_call(call, cause);
      const auto append = [&]() -> Result<FileInfo> {
        LOOP_TRY(auto held, FileHold::acquire_or_create(fixture.files, fixture.clock, kPath));
        return held.append("first");
      };
      const auto appended = append();
      const auto content = fixture.files.content("notes.txt").value_or("");
      INFO("call " << call);
      if (appended) {
        CHECK(content == "first");
      } else {
        CHECK((content.empty() || content == "first"));
        ++failures;
      }
    }
  }
  CHECK(failures > 4);
}

TEST_CASE("what was appended survives a power cut, also after a short write") {
  for (std::uint64_t call = 1; call <= 8; ++call) {
    Fixture fixture;
    fixture.files.shorten_write(call, 2);
    auto held = FileHold::acquire_or_create(fixture.files, fixture.clock, kPath);
    const auto info = held->append("first");

    REQUIRE(info);
    CHECK(info->size_bytes == 5);
    CHECK(fixture.files.content("notes.txt") == "first");
    fixture.files.crash_to_synced();
    CHECK(fixture.files.content("notes.txt") == "first");
  }
}

TEST_CASE("two short writes in a row take the append back") {
  Fixture fixture;
  fixture.files.put("notes.txt", "old");
  auto held = FileHold::acquire(fixture.files, fixture.clock, kPath);
  REQUIRE(held);
  const std::uint64_t info_call = fixture.files.calls() + 1;
  fixture.files.shorten_write(info_call + 1, 1);
  fixture.files.shorten_write(info_call + 3, 1);  // behind the truncation

  const auto appended = (*held)->append("first");

  REQUIRE_FALSE(appended);
  CHECK(appended.error().code() == Errc::no_space);
  CHECK(fixture.files.content("notes.txt") == "old");
}

TEST_CASE("a new file is durable, and a taken name is refused and kept") {
  Fixture fixture;
  REQUIRE(create_file(fixture.files, kPath, "one", 0600));

  const auto refused = create_file(fixture.files, kPath, "two");

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Errc::already_exists);
  fixture.files.crash_to_synced();
  CHECK(fixture.files.content("notes.txt") == "one");
  CHECK((*fixture.files.info(kPath))->permissions == 0600);
}

TEST_CASE("a file that could not be made leaves its name free") {
  for (std::uint64_t call = 1; call <= 4; ++call) {
    Fixture fixture;
    fixture.files.fail_call(call, EIO);
    INFO("call " << call);
    REQUIRE_FALSE(create_file(fixture.files, kPath, "one"));
    CHECK_FALSE(fixture.files.content("notes.txt"));
  }
}
