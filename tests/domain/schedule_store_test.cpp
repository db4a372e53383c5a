// SPDX-License-Identifier: MIT
// The file behind the book: what is read, and what a failing disk leaves.
#include "domain/schedule_store_fixture.hpp"

#include <cerrno>

using namespace loop;
using namespace loop::test;

TEST_CASE("an absent file is an empty book, and the first schedule makes the file") {
  Desk desk(std::nullopt);
  REQUIRE(desk.store.load());
  CHECK((*desk.store.load())->schedules().empty());

  const auto status = desk.store.update([](const ScheduleBook& present) {
    return present.with_new_schedule(std::vector<FieldChange>{{"id", "a"}});
  });

  REQUIRE(status);
  desk.disk.crash_to_synced();
  CHECK(desk.disk.content(kPath) ==
        "{\n  \"schedules\": [\n    {\n      \"id\": \"a\"\n    }\n  ]\n}");
  CHECK(desk.files_in_roo() == std::vector<std::string>{kPath});
}

TEST_CASE("a change that changes nothing writes nothing") {
  Desk desk(file_of("A", "B"));
  const auto before = *desk.disk.info(layout::schedules());

  REQUIRE(desk.store.update(rename_to("a", "A")));

  const auto after = *desk.disk.info(layout::schedules());
  CHECK(stamp_of(*after) == stamp_of(*before));
  CHECK(desk.backup_count() == 0);
  // Nor is an absent file made.
  Desk empty(std::nullopt);
  REQUIRE(empty.store.update(
      [](const ScheduleBook& present) -> Result<std::string> { return present.bytes(); }));
  CHECK(empty.files_in_roo().empty());
}

TEST_CASE("a change survives a power cut once it is acknowledged") {
  Desk desk(file_of("A", "B"));

  REQUIRE(desk.store.update(rename_to("a", "x")));

  desk.disk.crash_to_synced();
  CHECK(desk.disk.content(kPath) == file_of("x", "B"));
}

TEST_CASE("a backup of the old text is made before edits, and not for the fields of the engine") {
  Desk desk(file_of("A", "B"));

  REQUIRE(desk.store.update(rename_to("a", "x"), BackupBefore::no));
  CHECK(desk.backup_count() == 0);
  REQUIRE(desk.store.update(rename_to("a", "y"), BackupBefore::yes));
  REQUIRE(desk.backup_count() == 1);
  const auto backups = *BackupStore(desk.files, desk.clock, desk.random).list(layout::schedules());
  CHECK(desk.disk.content(backups[0].path.str()) == file_of("x", "B"));
}

TEST_CASE("an unchanged file is not read again, a changed one is") {
  Desk desk(file_of("A", "B"));
  CHECK(desk.name_of("a") == "A");
  const auto calls_of_load = [&] {
    const auto before = desk.disk.calls();
    REQUIRE(desk.store.load());
    return desk.disk.calls() - before;
  };
  const auto unchanged = calls_of_load();
  CHECK(unchanged == calls_of_load());

  desk.sim_clock.advance(std::chrono::seconds{1});
  desk.disk.put(kPath, file_of("x", "B"));

  CHECK(calls_of_load() > unchanged);
  CHECK(desk.name_of("a") == "x");
}

TEST_CASE("B14: while the file is cut off the last good book stays and nothing is written") {
  Desk desk(file_of("A", "B"));
  CHECK(desk.name_of("a") == "A");
  const std::string cut = file_of("x", "B").substr(0, 40);
  for (const std::string& present : {std::string{}, cut}) {
    desk.sim_clock.advance(std::chrono::seconds{1});
    desk.disk.put(kPath, present);

    CHECK(desk.name_of("a") == "A");
    REQUIRE(desk.store.problem());
    CHECK(desk.store.problem()->message().starts_with(kPath + ": line "));
    const auto status = desk.store.update(rename_to("a", "y"));
    REQUIRE_FALSE(status);
    CHECK(status.error().code() == Errc::invalid_data);
    CHECK(desk.disk.content(kPath) == present);
  }
  CHECK(desk.log.warnings.size() == 2);

  desk.disk.put(kPath, file_of("x", "B"));

  CHECK(desk.name_of("a") == "x");
  CHECK_FALSE(desk.store.problem());
  CHECK(desk.store.update(rename_to("a", "y")));
}

TEST_CASE("B14: without any good version the error is returned") {
  Desk desk("{\"schedules\": [");

  const auto book = desk.store.load();

  REQUIRE_FALSE(book);
  CHECK(book.error().code() == Errc::invalid_data);
  CHECK(desk.store.problem());
}

TEST_CASE("B15: a link is followed: its target is written and the link stays") {
  Desk desk(std::nullopt);
  desk.disk.put("shared/plan.json", file_of("A", "B"));
  desk.disk.make_link(kPath, "../shared/plan.json");
  desk.sim_clock.advance(std::chrono::hours{1});
  CHECK(desk.name_of("a") == "A");

  REQUIRE(desk.store.update(rename_to("a", "x")));

  CHECK(desk.disk.content("shared/plan.json") == file_of("x", "B"));
  CHECK((*desk.disk.info(layout::schedules()))->kind == FileKind::symlink);
  CHECK(desk.name_of("a") == "x");
  // A change of the target is seen through the link.
  desk.sim_clock.advance(std::chrono::hours{1});
  desk.disk.put("shared/plan.json", file_of("y", "B"));
  CHECK(desk.name_of("a") == "y");
}

TEST_CASE("B15: a link to nothing yet gets its target made") {
  Desk desk(std::nullopt);
  desk.disk.make_link(kPath, "../plan.json");

  REQUIRE(desk.store.update([](const ScheduleBook& present) {
    return present.with_new_schedule(std::vector<FieldChange>{{"id", "a"}});
  }));

  CHECK(desk.disk.content("plan.json").has_value());
  CHECK((*desk.disk.info(layout::schedules()))->kind == FileKind::symlink);
}

TEST_CASE("B15: a link out of the workspace is refused") {
  Desk desk(std::nullopt);
  desk.disk.make_link(kPath, "/etc/schedules.json");

  CHECK_FALSE(desk.store.load());
  const auto status = desk.store.update(rename_to("a", "x"));
  REQUIRE_FALSE(status);
  CHECK(status.error().code() == Errc::outside_root);
}

TEST_CASE("a text that is no book is never written") {
  Desk desk(file_of("A", "B"));

  const auto status = desk.store.update(
      [](const ScheduleBook&) -> Result<std::string> { return std::string("{}"); });

  REQUIRE_FALSE(status);
  CHECK(status.error().code() == Errc::invalid_data);
  CHECK(desk.disk.content(kPath) == file_of("A", "B"));
}

TEST_CASE("the error of a change is handed on and nothing is written") {
  Desk desk(file_of("A", "B"));

  const auto status = desk.store.update(rename_to("nope", "x"));

  REQUIRE_FALSE(status);
  CHECK(status.error().code() == Errc::not_found);
  CHECK(desk.disk.content(kPath) == file_of("A", "B"));
}

TEST_CASE("on a disk that is read-only reading goes on and writing says so") {
  Desk desk(file_of("A", "B"));
  desk.disk.set_read_only(true);

  const auto status = desk.store.update(rename_to("a", "x"));

  REQUIRE_FALSE(status);
  CHECK(status.error().code() == Errc::read_only);
  CHECK(desk.name_of("a") == "A");
}

TEST_CASE("on a full disk the old text stays whole and no temporary file is left") {
  for (std::uint64_t room : {0u, 1u, 100u, 400u}) {
    INFO(room);
    Desk desk(file_of("A", "B"));
    REQUIRE(desk.store.update(rename_to("b", "C"), BackupBefore::no));
    desk.disk.set_free_bytes(room);

    const auto status = desk.store.update(rename_to("a", std::string(1000, 'x')));

    REQUIRE_FALSE(status);
    CHECK(status.error().code() == Errc::no_space);
    CHECK(desk.disk.content(kPath) == file_of("A", "C"));
    CHECK(desk.files_in_roo() == std::vector<std::string>{kPath});
    CHECK(desk.name_of("a") == "A");
  }
}

TEST_CASE(
    "whichever call fails, the file is the old or the new one, and success means the new one") {
  std::uint64_t calls = 0;
  {
    Desk desk(file_of("A", "B"));
    REQUIRE(desk.store.update(rename_to("a", "x")));
    calls = desk.disk.calls();
  }
  REQUIRE(calls > 10);
  for (std::uint64_t number = 1; number <= calls; ++number) {
    INFO("call " << number);
    Desk desk(file_of("A", "B"));
    desk.disk.fail_call(number, EIO);

    const auto status = desk.store.update(rename_to("a", "x"));

    desk.disk.clear_faults();
    const std::string content = desk.disk.content(kPath).value_or("");
    CHECK((content == file_of("A", "B") || content == file_of("x", "B")));
    if (status) {
      desk.disk.crash_to_synced();
      CHECK(desk.disk.content(kPath) == file_of("x", "B"));
    }
    CHECK(desk.name_of("b") == "B");
    CHECK(desk.store.update(rename_to("b", "y")));
  }
}

TEST_CASE("a power cut at any call leaves the old or the new file") {
  for (std::uint64_t number = 1; number <= 60; ++number) {
    INFO("call " << number);
    Desk desk(file_of("A", "B"));
    desk.disk.fail_call(number, EIO);
    static_cast<void>(desk.store.update(rename_to("a", "x")).has_value());

    desk.disk.clear_faults();
    desk.disk.crash(number);

    const std::string content = desk.disk.content(kPath).value_or("");
    CHECK((content == file_of("A", "B") || content == file_of("x", "B")));
  }
}

TEST_CASE("an update says which copy of the old file it made") {
  Desk desk(file_of("A", "B"));
  REQUIRE(desk.store.update(rename_to("a", "C")));

  REQUIRE(desk.store.last_backup());
  CHECK(desk.disk.content(desk.store.last_backup()->path.str()) == file_of("A", "B"));

  REQUIRE(desk.store.update(rename_to("a", "C")));
  CHECK_FALSE(desk.store.last_backup());
  REQUIRE(desk.store.update(rename_to("a", "D"), BackupBefore::no));
  CHECK_FALSE(desk.store.last_backup());
}
