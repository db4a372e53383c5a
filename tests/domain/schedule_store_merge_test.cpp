// SPDX-License-Identifier: MIT
// Others who change the schedules file meanwhile: nobody's edit is lost.
#include "domain/schedule_store_fixture.hpp"

using namespace loop;
using namespace loop::test;

TEST_CASE("a file that appears while the first one is made is not overwritten") {
  Desk desk(std::nullopt);
  desk.files.before_rename = [&] {
    desk.files.before_rename = nullptr;
    desk.disk.put(kPath, file_of("A", "B"));
  };

  const auto status = desk.store.update([](const ScheduleBook& present) {
    return present.with_new_schedule(std::vector<FieldChange>{{"id", "c"}});
  });

  REQUIRE(status);
  CHECK(desk.name_of("b") == "B");
  CHECK((*desk.store.load())->schedules().size() == 3);
  CHECK(desk.files_in_roo() == std::vector<std::string>{kPath});
}

TEST_CASE("two versions of one size within one tick of the clock are told apart") {
  Desk desk(std::nullopt);
  desk.disk.put(kPath, file_of("A", "B"));
  CHECK(desk.name_of("a") == "A");
  // The same inode, size and time.
  desk.truncate();
  desk.fill(file_of("x", "B"));

  CHECK(desk.name_of("a") == "x");
  REQUIRE(desk.store.update([&](const ScheduleBook& present) {
    if (desk.disk.content(kPath) == file_of("x", "B")) {
      desk.truncate();
      desk.fill(file_of("x", "y"));
    }
    return rename_to("a", "z")(present);
  }));
  CHECK(desk.disk.content(kPath) == file_of("z", "y"));
}

TEST_CASE("B14: what an editor writes into the file while it is replaced is merged") {
  Desk desk(file_of("A", "B"));
  desk.files.before_rename = [&] {
    desk.files.before_rename = nullptr;
    desk.truncate();
    desk.fill(file_of("A", "edited"));
  };

  REQUIRE(desk.store.update(rename_to("a", "x")));

  CHECK(desk.disk.content(kPath) == file_of("x", "edited"));
  CHECK(desk.name_of("b") == "edited");
}

TEST_CASE("B14: an editor that ends a moment later is waited for") {
  Desk desk(file_of("A", "B"));
  desk.files.before_rename = [&] {
    desk.files.before_rename = nullptr;
    desk.truncate();
  };
  int sleeps = 0;
  desk.clock.on_sleep = [&] {
    if (++sleeps == 3) desk.fill(file_of("A", "edited"));
  };

  REQUIRE(desk.store.update(rename_to("a", "x")));

  CHECK(desk.disk.content(kPath) == file_of("x", "edited"));
  CHECK(desk.log.warnings.empty());
}

TEST_CASE("an editor that never ends is reported, and the change stands") {
  Desk desk(file_of("A", "B"));
  desk.files.before_rename = [&] {
    desk.files.before_rename = nullptr;
    desk.truncate();
  };

  REQUIRE(desk.store.update(rename_to("a", "x")));

  CHECK(desk.disk.content(kPath) == file_of("x", "B"));
  REQUIRE(desk.log.warnings.size() == 1);
  CHECK(desk.log.warnings[0].find("did not end") != std::string::npos);
}

TEST_CASE("two other programs at the moment of the rename are not overwritten") {
  Desk desk(file_of("A", "B"));
  desk.files.before_rename = [&] {
    desk.files.before_rename = nullptr;
    desk.truncate();
  };
  desk.clock.on_sleep = [&] {
    desk.clock.on_sleep = nullptr;
    desk.fill(file_of("A", "edited"));
    desk.disk.put(kPath, file_of("A", "replaced"));
  };

  const auto status = desk.store.update(rename_to("a", "x"));

  REQUIRE_FALSE(status);
  CHECK(status.error().code() == Errc::conflict);
  CHECK(desk.disk.content(kPath) == file_of("A", "replaced"));
}

TEST_CASE("a file that others replace meanwhile is merged five times and not more") {
  for (const int replacements : {1, 4, 5, 6}) {
    INFO(replacements);
    Desk desk(file_of("A", "B"));
    int count = 0;

    const auto status = desk.store.update([&](const ScheduleBook& present) {
      if (count < replacements) desk.disk.put(kPath, file_of("A", std::to_string(++count)));
      return rename_to("a", "x")(present);
    });

    CHECK(desk.name_of("b") == std::to_string(replacements));
    CHECK(status.has_value() == (replacements <= 5));
    CHECK(desk.name_of("a") == (replacements <= 5 ? "x" : "A"));
    if (!status) CHECK(status.error().code() == Errc::conflict);
  }
}

TEST_CASE("a file that is removed meanwhile is not written back from memory") {
  Desk desk(file_of("A", "B"));
  bool is_removed = false;

  const auto status = desk.store.update([&](const ScheduleBook& present) {
    if (!is_removed) REQUIRE(desk.disk.remove(layout::schedules()));
    is_removed = true;
    return rename_to("a", "x")(present);
  });

  REQUIRE_FALSE(status);
  CHECK(status.error().code() == Errc::not_found);
  CHECK_FALSE(desk.disk.content(kPath));
}

TEST_CASE("two stores that change different schedules in turn lose nothing") {
  Desk desk(file_of("A", "B"));
  ScheduleStore other(desk.files, desk.clock, desk.random, desk.log);
  REQUIRE(other.load());
  REQUIRE(desk.store.load());

  for (int round = 0; round < 10; ++round) {
    REQUIRE(desk.store.update(rename_to("a", std::to_string(round))));
    REQUIRE(other.update(rename_to("b", std::to_string(-round))));
  }

  CHECK(desk.disk.content(kPath) == file_of("9", "-9"));
  CHECK(desk.name_of("b") == "-9");
}

TEST_CASE("a lock that somebody holds gives locked, and nothing is written") {
  Desk desk(file_of("A", "B"));
  REQUIRE(make_directories(desk.files, layout::locks()));
  const auto lock = FileLock::acquire(desk.files, desk.clock, layout::schedules_lock());
  REQUIRE(lock);

  const auto status = desk.store.update(rename_to("a", "x"));

  REQUIRE_FALSE(status);
  CHECK(status.error().code() == Errc::locked);
  CHECK(desk.disk.content(kPath) == file_of("A", "B"));
}
