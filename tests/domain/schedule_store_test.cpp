// SPDX-License-Identifier: MIT
// The file behind the book: nobody's edit is lost, and nothing unreadable is written or
// overwritten.
#include "loop/domain/schedule_store.h"

#include "loop/store/file_content.h"
#include "loop/store/layout.h"

#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "sim/sim_random.hpp"
#include "support/catch.hpp"

#include <algorithm>

#include <cerrno>

using namespace loop;

namespace {

const std::string kPath = ".roo/schedules.json";
const Instant kStart = *parse_instant("2025-11-01T06:00:00Z");

std::string file_of(std::string_view a_name, std::string_view b_name) {
  return std::string("{\n  \"schedules\": [\n    {\n      \"id\": \"a\",\n      \"name\": \"")
      .append(a_name)
      .append("\"\n    },\n    {\n      \"id\": \"b\",\n      \"name\": \"")
      .append(b_name)
      .append("\"\n    }\n  ]\n}");
}

ScheduleStore::Change rename_to(std::string id, std::string name) {
  return [=](const ScheduleBook& present) {
    return present.with_changes(ScheduleId{id}, std::vector<FieldChange>{{"name", name}});
  };
}

// What a test does at a moment that it cannot reach otherwise.
using Hook = std::function<void()>;

class HookedClock final : public Clock {
 public:
  explicit HookedClock(sim::SimClock& clock) : clock_(clock) {}
  Instant now() const override { return clock_.now(); }
  Duration monotonic() const override { return clock_.monotonic(); }
  void sleep(Duration duration) override {
    if (on_sleep) on_sleep();
    clock_.sleep(duration);
  }
  Hook on_sleep;

 private:
  sim::SimClock& clock_;
};

// The simulated disk, with other programs acting just before a rename.
class HookedFiles final : public FileSystem {
 public:
  explicit HookedFiles(sim::SimFiles& files) : files_(files) {}

  Result<std::unique_ptr<OpenFile>> open(const RelativePath& path,
                                         const OpenOptions& options) override {
    return files_.open(path, options);
  }
  Result<std::optional<FileInfo>> info(const RelativePath& path) override {
    return files_.info(path);
  }
  Result<RelativePath> resolve(const RelativePath& path) override { return files_.resolve(path); }
  Status rename(const RelativePath& from, const RelativePath& to) override {
    if (to == layout::schedules() && before_rename) before_rename();
    return files_.rename(from, to);
  }
  Status rename_new(const RelativePath& from, const RelativePath& to) override {
    if (to == layout::schedules() && before_rename) before_rename();
    return files_.rename_new(from, to);
  }
  Status remove(const RelativePath& path) override { return files_.remove(path); }
  Status remove_directory(const RelativePath& path) override {
    return files_.remove_directory(path);
  }
  Status make_directory(const RelativePath& path, std::uint32_t permissions) override {
    return files_.make_directory(path, permissions);
  }
  Status sync_directory(const std::optional<RelativePath>& path) override {
    return files_.sync_directory(path);
  }
  Result<std::vector<DirectoryEntry>> list(const std::optional<RelativePath>& path) override {
    return files_.list(path);
  }
  Result<SpaceInfo> space() override { return files_.space(); }
  std::string root() const override { return files_.root(); }

  Hook before_rename;

 private:
  sim::SimFiles& files_;
};

class LinesLog final : public Log {
 public:
  void write(LogLevel level, std::string_view message) override {
    if (level == LogLevel::warning) warnings.emplace_back(message);
  }
  std::vector<std::string> warnings;
};

struct Desk {
  sim::SimClock sim_clock{kStart};
  HookedClock clock{sim_clock};
  sim::SimFiles disk{sim_clock};
  HookedFiles files{disk};
  sim::SimRandom random{7};
  LinesLog log;
  ScheduleStore store{files, clock, random, log};

  explicit Desk(std::optional<std::string> content) {
    if (content) disk.put(kPath, *content);
    sim_clock.advance(std::chrono::hours{1});
  }

  std::string name_of(std::string id) {
    const auto book = store.load();
    REQUIRE(book);
    const Schedule* schedule = (*book)->find(ScheduleId{id});
    REQUIRE(schedule != nullptr);
    return schedule->name;
  }

  std::size_t backup_count() {
    return BackupStore(files, clock, random).list(layout::schedules()).value().size();
  }

  std::vector<std::string> files_in_roo() const {
    auto all = disk.all_files();
    std::erase_if(all, [](const std::string& file) { return !file.starts_with(".roo/"); });
    return all;
  }

  // As VS Code writes: the same file, truncated, then filled, without a lock.
  void truncate() {
    editor_file = *disk.open(layout::schedules(), {.access = Access::read_write});
    REQUIRE(editor_file->truncate(0));
  }
  void fill(std::string_view content) {
    REQUIRE(*editor_file->write(content) == content.size());
    editor_file.reset();
  }
  std::unique_ptr<OpenFile> editor_file;
};

}  // namespace

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
