// SPDX-License-Identifier: MIT
// Appending whole lines: headers, unfinished last lines, rotation, and every call failing once.
#include "loop/store/append_log.h"

#include <algorithm>
#include <cerrno>

#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "support/catch.hpp"

using namespace loop;

namespace {

const RelativePath kPath = RelativePath::of("d/log.tsv");
constexpr const char* kFile = "d/log.tsv";
constexpr const char* kTorn = "d/log.tsv.torn.20251101T120000Z";

class KeptLog final : public Log {
 public:
  void write(LogLevel, std::string_view message) override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

struct Fixture {
  sim::SimClock clock{*parse_instant("2025-11-01T12:00:00Z")};
  sim::SimFiles files{clock};
  KeptLog log;

  Fixture() {
    files.put("d/other", "");
    REQUIRE(files.remove(RelativePath::of("d/other")));
  }
  AppendLog open(AppendLogOptions options = {}) {
    return AppendLog(files, clock, log, kPath, std::move(options));
  }
};

bool has_two_columns(std::string_view line) {
  return std::count(line.begin(), line.end(), '\t') == 1;
}

AppendLogOptions two_columns() {
  AppendLogOptions options;
  options.is_whole_line = has_two_columns;
  return options;
}

}  // namespace

TEST_CASE("appends follow one another and say where they stand") {
  Fixture fixture;
  AppendLog log = fixture.open();

  CHECK(*log.append("one\n") == 0);
  CHECK(*log.append("two\nthree\n") == 4);
  CHECK(*log.append("") == 14);

  CHECK(fixture.files.content(kFile) == "one\ntwo\nthree\n");
}

TEST_CASE("a header goes before the first line of a new or empty file, once") {
  Fixture fixture;
  if (GENERATE(true, false)) fixture.files.put(kFile, "");
  AppendLogOptions options;
  options.header = "a\tb";
  AppendLog log = fixture.open(options);
  AppendLog other = fixture.open(options);

  CHECK(*log.append("1\t2\n") == 4);
  CHECK(*other.append("3\t4\n") == 8);

  CHECK(fixture.files.content(kFile) == "a\tb\n1\t2\n3\t4\n");
}

TEST_CASE("lines that are none are refused before the file is touched") {
  Fixture fixture;
  AppendLog log = fixture.open();

  CHECK(log.append("no newline").error().code() == Errc::invalid_argument);
  CHECK(log.append("a\nb").error().code() == Errc::invalid_argument);
  CHECK(log.append(std::string_view("a\0b\n", 4)).error().code() == Errc::invalid_argument);
  CHECK_FALSE(fixture.files.content(kFile));
}

TEST_CASE("an unfinished last line is moved aside before the next append") {
  Fixture fixture;
  const std::string tail =
      GENERATE(std::string("tor"), std::string("x"), std::string(7, '\0'),
               std::string("half") + std::string(5000, '\0'), std::string(200'000, 'y'));
  const std::string whole = GENERATE(std::string(), std::string("one\n"));
  fixture.files.put(kFile, whole + tail);
  AppendLog log = fixture.open();

  CHECK(*log.append("two\n") == whole.size());

  CHECK(fixture.files.content(kFile) == whole + "two\n");
  CHECK(fixture.files.content(kTorn) == tail);
  REQUIRE(fixture.log.lines.size() == 1);
  CHECK(fixture.log.lines[0].find(std::to_string(tail.size()) + " bytes") != std::string::npos);
}

TEST_CASE("a last line that only lacks its newline gets it and stays") {
  Fixture fixture;
  fixture.files.put(kFile, "a\tb\nc\td");
  AppendLog log = fixture.open(two_columns());

  CHECK(*log.append("e\tf\n") == 8);

  CHECK(fixture.files.content(kFile) == "a\tb\nc\td\ne\tf\n");
  CHECK(fixture.files.all_files() == std::vector<std::string>{kFile});
  CHECK(fixture.log.lines.size() == 1);
}

TEST_CASE("a last line is not whole when a column is missing or it holds a NUL") {
  Fixture fixture;
  const std::string tail = GENERATE(std::string("c"), std::string("c\td\0", 4));
  fixture.files.put(kFile, "a\tb\n" + tail);
  AppendLog log = fixture.open(two_columns());

  REQUIRE(log.append("e\tf\n"));

  CHECK(fixture.files.content(kFile) == "a\tb\ne\tf\n");
  CHECK(fixture.files.content(kTorn) == tail);
}

TEST_CASE("a header without its newline is completed") {
  Fixture fixture;
  fixture.files.put(kFile, "a\tb");
  AppendLogOptions options;
  options.header = "a\tb";
  AppendLog log = fixture.open(options);

  REQUIRE(log.append("1\t2\n"));

  CHECK(fixture.files.content(kFile) == "a\tb\n1\t2\n");
}

TEST_CASE("two torn tails of one second are kept in one file") {
  Fixture fixture;
  AppendLog log = fixture.open();
  fixture.files.put(kFile, "torn");
  REQUIRE(log.append("one\n"));
  fixture.files.put(kFile, "again");
  REQUIRE(log.append("two\n"));

  CHECK(fixture.files.content(kTorn) == "tornagain");
}

TEST_CASE("a file that was replaced or removed meanwhile is opened again") {
  Fixture fixture;
  AppendLog log = fixture.open();
  REQUIRE(log.append("one\n"));

  fixture.files.put(kFile, "rotated\n");
  CHECK(*log.append("two\n") == 8);
  CHECK(fixture.files.content(kFile) == "rotated\ntwo\n");

  REQUIRE(fixture.files.remove(kPath));
  CHECK(*log.append("three\n") == 0);
  CHECK(fixture.files.content(kFile) == "three\n");
}

TEST_CASE("a log behind a link is the link's target, also when the link is turned") {
  Fixture fixture;
  fixture.files.put("other/first", "");
  fixture.files.put("other/second", "");
  fixture.files.make_link(kFile, "../other/first");
  AppendLog log = fixture.open();
  REQUIRE(log.append("one\n"));
  REQUIRE(log.append("two\n"));
  fixture.files.make_link(kFile, "../other/second");
  REQUIRE(log.append("three\n"));

  CHECK(fixture.files.content("other/first") == "one\ntwo\n");
  CHECK(fixture.files.content("other/second") == "three\n");
}

TEST_CASE("a log that someone else keeps locked is given up after the wait") {
  Fixture fixture;
  fixture.files.put(kFile, "");
  const auto holder = fixture.files.open(kPath, {});
  REQUIRE(*(*holder)->try_lock(LockMode::exclusive));
  AppendLogOptions options;
  options.lock_wait = std::chrono::seconds{3};
  AppendLog log = fixture.open(options);
  const Duration before = fixture.clock.monotonic();

  const auto appended = log.append("one\n");

  REQUIRE_FALSE(appended);
  CHECK(appended.error().code() == Errc::locked);
  CHECK(fixture.clock.monotonic() - before == std::chrono::seconds{3});
  CHECK(fixture.files.content(kFile) == "");
}

TEST_CASE("an append that depends on the file sees its whole lines under the lock") {
  Fixture fixture;
  fixture.files.put(kFile, "one\ntwo\nthr");
  AppendLog log = fixture.open();
  std::string seen;
  bool was_locked = false;
  const auto decide = [&](std::string_view tail) -> Result<std::string> {
    seen = tail;
    const auto other = fixture.files.open(kPath, {});
    was_locked = !*(*other)->try_lock(LockMode::shared);
    return std::string("three\n");
  };

  CHECK(*log.append_after(4, decide) == 8);
  CHECK(seen == "two\n");
  CHECK(was_locked);
  CHECK(*log.append_after(14, decide) == 14);
  CHECK(seen.empty());
  CHECK(log.append_after(20 + 1, decide).error().code() == Errc::conflict);
  CHECK(log.append_after(5, decide).error().code() == Errc::conflict);
  CHECK(fixture.files.content(kFile) == "one\ntwo\nthree\nthree\n");
}

TEST_CASE("a decision to append nothing or to fail leaves the file as it is") {
  Fixture fixture;
  fixture.files.put(kFile, "one\n");
  AppendLog log = fixture.open();

  CHECK(*log.append_after(0, [](std::string_view) { return std::string(); }) == 4);
  const auto failed = log.append_after(
      0, [](std::string_view) -> Result<std::string> { return Error(Errc::conflict, "no"); });
  CHECK(failed.error().code() == Errc::conflict);
  const auto broken = log.append_after(0, [](std::string_view) { return std::string("x"); });
  CHECK(broken.error().code() == Errc::invalid_argument);

  CHECK(fixture.files.content(kFile) == "one\n");
  CHECK(log.append("two\n"));
}

TEST_CASE("repair puts the tail right and appends nothing") {
  Fixture fixture;
  AppendLog log = fixture.open();
  CHECK_FALSE(*log.repair());
  CHECK_FALSE(fixture.files.content(kFile));

  fixture.files.put(kFile, "one\ntw");
  const auto done = log.repair();

  REQUIRE((done && *done));
  CHECK(**done == "d/log.tsv: 2 bytes of an unfinished last line were moved to d/log.tsv.torn.*");
  CHECK_FALSE(*log.repair());
  CHECK(fixture.files.content(kFile) == "one\n");
}

// Found by simulated power cuts: such a tail ends in a newline, and stayed.
TEST_CASE("repair moves a line with zeros aside, with all behind it") {
  Fixture fixture;
  const std::string torn = "two" + std::string(600, '\0') + "two\n";
  fixture.files.put(kFile, "one\n" + torn + "three\n");

  const auto done = fixture.open().repair();

  REQUIRE((done && *done));
  CHECK(done->value() ==
        "d/log.tsv: 613 bytes from a line with zeros on were moved to d/log.tsv.torn.*");
  CHECK(fixture.files.content(kFile) == "one\n");
  CHECK(fixture.files.content(kTorn) == torn + "three\n");
  CHECK(fixture.log.lines.size() == 1);
  CHECK_FALSE(*fixture.open().repair());
}

TEST_CASE("repair leaves sound lines behind zeros where lines are independent") {
  Fixture fixture;
  const std::string zeros(9, '\0');
  fixture.files.put(kFile, "one\n" + zeros + "\nthree\n" + zeros + "four\nfive\nsi" + zeros);
  AppendLogOptions options;
  options.are_lines_independent = true;

  REQUIRE(fixture.open(options).repair());

  CHECK(fixture.files.content(kFile) == "one\nthree\nfive\n");
  CHECK(fixture.files.content(kTorn) == zeros + "\nthree\n" + zeros + "four\nfive\nsi" + zeros);
  fixture.files.crash_to_synced();
  CHECK(fixture.files.content(kFile) == "one\nthree\nfive\n");
}

TEST_CASE("zeros far from the end are damage that repair does not explain") {
  Fixture fixture;
  const std::string text = std::string(9, '\0') + "\n" + std::string(300 * 1024, 'x') + "\nlast\n";
  fixture.files.put(kFile, text);

  CHECK_FALSE(*fixture.open().repair());
  CHECK(fixture.files.content(kFile) == text);
}

TEST_CASE("what was decided by another's unsynced line is acknowledged when that is durable") {
  Fixture fixture;
  AppendLogOptions careless;
  careless.durability = Durability::os;
  // As by a process that was killed between write and sync.
  REQUIRE(fixture.open(careless).append("one\n"));

  REQUIRE(fixture.open().append_after(0, [](std::string_view lines) -> Result<std::string> {
    return lines == "one\n" ? std::string() : std::string("one\n");
  }));
  fixture.files.crash_to_synced();

  CHECK(fixture.files.content(kFile) == "one\n");
}

TEST_CASE("readers get whole lines from where they were") {
  Fixture fixture;
  CHECK(*read_lines_from(fixture.files, kPath, 0) == "");
  fixture.files.put(kFile, "one\ntwo\nthr");

  CHECK(*read_lines_from(fixture.files, kPath, 0) == "one\ntwo\n");
  CHECK(*read_lines_from(fixture.files, kPath, 4) == "two\n");
  CHECK(*read_lines_from(fixture.files, kPath, 8) == "");
  CHECK(read_lines_from(fixture.files, kPath, 5).error().code() == Errc::conflict);
  CHECK(read_lines_from(fixture.files, kPath, 12).error().code() == Errc::conflict);
}

TEST_CASE("a full disk refuses the append and keeps the file, and there is room again later") {
  Fixture fixture;
  AppendLog log = fixture.open();
  REQUIRE(log.append("one\n"));
  const std::uint64_t room = GENERATE(0, 1, 3);
  fixture.files.set_free_bytes(room);

  const auto appended = log.append("two\n");

  REQUIRE_FALSE(appended);
  CHECK(appended.error().code() == Errc::no_space);
  CHECK(appended.error().message().find(kFile) != std::string::npos);
  CHECK(fixture.files.content(kFile) == "one\n");
  fixture.files.set_free_bytes(4);
  CHECK(log.append("two\n"));
  CHECK(fixture.files.content(kFile) == "one\ntwo\n");
}

TEST_CASE("a write that was short once is made whole, in one piece") {
  Fixture fixture;
  fixture.files.put(kFile, "one\n");
  const std::size_t bytes = GENERATE(1, 7);
  for (std::uint64_t call = 1; call <= 12; ++call) fixture.files.shorten_write(call, bytes);
  AppendLog log = fixture.open();
  const std::uint64_t before = fixture.files.calls();
  const auto appended = log.append("two\nend\n");
  REQUIRE_FALSE(appended);
  CHECK(appended.error().code() == Errc::no_space);
  CHECK(fixture.files.content(kFile) == "one\n");
  CHECK(fixture.files.calls() > before);

  fixture.files.clear_faults();
  for (std::uint64_t call = 1; call < 40; ++call) {
    Fixture fresh;
    fresh.files.put(kFile, "one\n");
    fresh.files.shorten_write(call, bytes);
    AppendLog again = fresh.open();
    REQUIRE(again.append("two\nend\n"));
    CHECK(fresh.files.content(kFile) == "one\ntwo\nend\n");
  }
}

TEST_CASE("an append with any one call failing leaves all or nothing, and the next one works") {
  const int cause = GENERATE(ENOSPC, EDQUOT, EIO, EINTR, EROFS, EMFILE);
  const std::string tail = GENERATE(std::string(), std::string("torn"), std::string("c\td"));
  std::uint64_t failed = 0;
  for (std::uint64_t call = 1;; ++call) {
    Fixture fixture;
    fixture.files.put(kFile, "a\tb\n" + tail);
    AppendLog log = fixture.open(two_columns());
    const std::uint64_t start = fixture.files.calls();
    fixture.files.fail_call(start + call, cause);

    const auto appended = log.append("e\tf\n");

    if (fixture.files.calls() < start + call) break;
    ++failed;
    CAPTURE(call, cause, tail);
    const std::string content = *fixture.files.content(kFile);
    // The tail may have been repaired already.
    const std::string repaired = tail == "c\td" ? "a\tb\nc\td\n" : "a\tb\n";
    if (appended) CHECK(content == repaired + "e\tf\n");
    if (!appended) CHECK((content == "a\tb\n" + tail || content == repaired));

    const auto again = log.append("g\th\n");
    REQUIRE(again);
    CHECK(fixture.files.content(kFile)->ends_with("g\th\n"));
    CHECK(fixture.files.content(kFile)->starts_with(repaired));
    CHECK(fixture.files.open_files() == 1);
  }
  CHECK(failed >= 8);
}

TEST_CASE("an append that can neither be synced nor taken back says so") {
  Fixture fixture;
  AppendLog log = fixture.open();
  REQUIRE(log.append("one\n"));
  // lock, stat by name, write, fdatasync, truncate
  fixture.files.fail_call(fixture.files.calls() + 4, EIO);
  fixture.files.fail_call(fixture.files.calls() + 5, EIO);

  const auto appended = log.append("two\n");

  REQUIRE_FALSE(appended);
  CHECK(appended.error().message().find("could not be taken back") != std::string::npos);
  CHECK(appended.error().code() == Errc::io);
}
