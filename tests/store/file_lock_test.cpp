// SPDX-License-Identifier: MIT
// Lock files: taking, waiting, refusing and asking.
#include "loop/store/file_lock.h"

#include <algorithm>
#include <cerrno>
#include <map>

#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "support/catch.hpp"

using namespace loop;

namespace {

const RelativePath kLock = RelativePath::of(".loop/locks/engine");

// Remembers how long each wait was.
class SleepLog final : public Clock {
 public:
  explicit SleepLog(Clock& clock) : clock_(clock) {}
  Instant now() const override { return clock_.now(); }
  Duration monotonic() const override { return clock_.monotonic(); }
  void sleep(Duration duration) override {
    longest_from_[monotonic() / Duration{250}] =
        std::max(longest_from_[monotonic() / Duration{250}], duration);
    clock_.sleep(duration);
  }
  // The longest wait that began in the given quarter of a second since the start.
  Duration longest_in(long quarter) const { return longest_from_.at(quarter); }

 private:
  Clock& clock_;
  std::map<long, Duration> longest_from_;
};

struct Fixture {
  sim::SimClock clock{*parse_instant("2025-11-01T12:00:00Z")};
  sim::SimFiles files{clock};
};

}  // namespace

TEST_CASE("a lock is made with its folders, and held until its token is gone") {
  Fixture fixture;
  CHECK_FALSE(*FileLock::is_held(fixture.files, kLock));
  CHECK_FALSE(fixture.files.content(".loop/locks/engine"));
  {
    const auto lock = FileLock::acquire(fixture.files, fixture.clock, kLock);
    REQUIRE(lock);
    CHECK(*FileLock::is_held(fixture.files, kLock));
    CHECK_FALSE(*FileLock::try_acquire(fixture.files, fixture.clock, kLock));
  }
  CHECK_FALSE(*FileLock::is_held(fixture.files, kLock));
  CHECK(*FileLock::try_acquire(fixture.files, fixture.clock, kLock));
}

TEST_CASE("waiting for a lock ends at its limit and names the holder") {
  Fixture fixture;
  const auto lock = FileLock::acquire(fixture.files, fixture.clock, kLock);
  REQUIRE(lock);
  const Duration before = fixture.clock.monotonic();

  const auto second = FileLock::acquire(fixture.files, fixture.clock, kLock, Duration{1500});

  REQUIRE_FALSE(second);
  CHECK(second.error().code() == Errc::locked);
  CHECK(fixture.clock.monotonic() - before == Duration{1500});
  CHECK(second.error().message().find(".loop/locks/engine is locked by pid ") == 0);
  CHECK(second.error().message().find("since 2025-11-01T12:00:00.000Z") != std::string::npos);
}

TEST_CASE("who has waited long tries more often than those who came later") {
  Fixture fixture;
  SleepLog sleeps{fixture.clock};
  const auto lock = FileLock::acquire(fixture.files, fixture.clock, kLock);

  REQUIRE_FALSE(FileLock::acquire(fixture.files, sleeps, kLock, Duration{1000}));

  CHECK(sleeps.longest_in(0) == Duration{16});
  CHECK(sleeps.longest_in(1) == Duration{4});
  CHECK(sleeps.longest_in(2) == Duration{1});
  CHECK(sleeps.longest_in(3) == Duration{1});
}

TEST_CASE("a wall clock that is set back makes nobody wait longer") {
  Fixture fixture;
  const auto lock = FileLock::acquire(fixture.files, fixture.clock, kLock);
  fixture.clock.set(*parse_instant("2020-01-01T00:00:00Z"));
  const Duration before = fixture.clock.monotonic();

  REQUIRE_FALSE(FileLock::acquire(fixture.files, fixture.clock, kLock, Duration{50}));

  CHECK(fixture.clock.monotonic() - before == Duration{50});
}

TEST_CASE("a lock works on a full disk once its file exists") {
  Fixture fixture;
  fixture.files.put(".loop/locks/engine", "");
  fixture.files.set_free_bytes(0);

  CHECK(FileLock::acquire(fixture.files, fixture.clock, kLock));
}

TEST_CASE("a failing call is an error and leaves nobody holding the lock") {
  for (std::uint64_t call = 1;; ++call) {
    Fixture fixture;
    fixture.files.fail_call(call, EIO);
    const bool is_taken = FileLock::acquire(fixture.files, fixture.clock, kLock).has_value();
    if (fixture.files.calls() < call) break;
    fixture.files.clear_faults();

    CAPTURE(call, is_taken);
    CHECK_FALSE(*FileLock::is_held(fixture.files, kLock));
    CHECK(fixture.files.open_files() == 0);
  }
}

TEST_CASE("a crash of the machine frees the lock") {
  Fixture fixture;
  const auto lock = FileLock::acquire(fixture.files, fixture.clock, kLock);
  REQUIRE(lock);

  fixture.files.crash(1);

  CHECK_FALSE(*FileLock::is_held(fixture.files, kLock));
  CHECK(*FileLock::try_acquire(fixture.files, fixture.clock, kLock));
}
