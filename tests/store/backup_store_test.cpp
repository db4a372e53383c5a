// SPDX-License-Identifier: MIT
// Backups: made before a change, verified, kept apart by source, and restored only when right.
#include "loop/store/backup_store.h"

#include <cerrno>
#include <set>

#include "loop/base/sha256.h"
#include "loop/store/file_lock.h"
#include "loop/store/layout.h"
#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "sim/sim_random.hpp"
#include "support/catch.hpp"

using namespace loop;

namespace {

const RelativePath kSource = RelativePath::of("n.txt");

struct Fixture {
  sim::SimClock clock{*parse_instant("2025-11-01T12:00:00Z")};
  sim::SimRandom random{7};
  sim::SimFiles files{clock};
  BackupStore store{files, clock, random, {.keep_count = 3}};

  Backup make(std::string_view content, const RelativePath& source = kSource) {
    files.put(source.str(), content);
    auto made = store.make(source);
    REQUIRE(made);
    return std::move(*made);
  }
  std::string content(const RelativePath& path) { return files.content(path.str()).value(); }
};

bool is_good(std::string_view content) { return content.starts_with("good"); }

}  // namespace

TEST_CASE("a backup has the content, its hash in sha256sum's form, and a name that tells both") {
  Fixture fixture;

  const Backup backup = fixture.make("content");

  CHECK(fixture.content(backup.path) == "content");
  CHECK(backup.sha256 == sha256_hex("content"));
  CHECK(backup.size_bytes == 7);
  CHECK(backup.made == fixture.clock.now());
  const std::string name = "20251101T120000.000Z-" + backup.sha256.substr(0, 8);
  CHECK(backup.path.str() == ".loop/backups/n.txt/" + name);
  CHECK(fixture.files.content(backup.path.str() + ".sha256") == backup.sha256 + "  " + name + "\n");
}

TEST_CASE("backups of one instant have names of their own, also with equal content in turn") {
  Fixture fixture;
  std::set<std::string> names;
  for (const char* content : {"a", "b", "a"}) names.insert(fixture.make(content).path.str());

  CHECK(names.size() == 3);
  const auto list = fixture.store.list(kSource);
  REQUIRE(list);
  REQUIRE(list->size() == 3);
  CHECK(fixture.content((*list)[0].path) == "a");
  CHECK(fixture.content((*list)[1].path) == "b");
}

TEST_CASE("the last backup made is the newest, also after the clock was set back") {
  Fixture fixture;
  fixture.make("first");
  fixture.clock.set(*parse_instant("2020-01-01T00:00:00Z"));

  const Backup second = fixture.make("second");

  CHECK(fixture.store.list(kSource)->front().path == second.path);
}

TEST_CASE("an unchanged file gets no second backup unless the first one is damaged") {
  Fixture fixture;
  const Backup first = fixture.make("content");
  fixture.clock.advance(std::chrono::hours{1});

  CHECK(fixture.make("content").path == first.path);
  fixture.files.put(first.path.str(), "c0ntent");
  CHECK(fixture.make("content").path != first.path);
}

TEST_CASE("nobody makes a backup while another process does") {
  Fixture fixture;
  fixture.files.put("n.txt", "content");
  const auto other = FileLock::acquire(fixture.files, fixture.clock, layout::backups_lock());
  REQUIRE(other);

  CHECK(fixture.store.make(kSource).error().code() == Errc::locked);
  CHECK(fixture.store.list(kSource)->empty());
}

TEST_CASE("only the newest copies are kept, with their hashes") {
  Fixture fixture;
  for (const char* content : {"1", "2", "3", "4"}) {
    fixture.clock.advance(std::chrono::seconds{1});
    fixture.make(content);
  }

  const auto list = fixture.store.list(kSource);
  REQUIRE(list->size() == 3);
  CHECK(fixture.content(list->back().path) == "2");
  CHECK(fixture.files.list(RelativePath::of(".loop/backups/n.txt"))->size() == 6);
}

TEST_CASE("a backup of one source is never taken for another's") {
  Fixture fixture;
  fixture.make("mine");
  fixture.clock.advance(std::chrono::seconds{1});
  fixture.make("other", RelativePath::of("n_other.txt"));
  fixture.make("folder", RelativePath::of("n/txt"));
  fixture.make("percent", RelativePath::of("n%2Ftxt"));
  fixture.make("backslash", RelativePath::of("n\\txt"));

  fixture.files.put("n.txt", "changed");
  REQUIRE(fixture.store.restore(kSource));

  CHECK(fixture.files.content("n.txt") == "mine");
  CHECK(fixture.files.list(RelativePath::of(".loop/backups"))->size() == 5);
}

TEST_CASE("long names of sources are backed up as well") {
  Fixture fixture;
  const RelativePath first = RelativePath::of(std::string(250, 'a') + "/" + std::string(250, 'b'));
  const RelativePath second = RelativePath::of(std::string(250, 'a') + "/" + std::string(250, 'c'));

  const Backup one = fixture.make("one", first);
  const Backup two = fixture.make("two", second);

  CHECK(one.path.parent() != two.path.parent());
  CHECK(fixture.store.list(first)->size() == 1);
}

TEST_CASE("restoring backs up the present file first") {
  Fixture fixture;
  fixture.make("old");
  fixture.files.put("n.txt", "present");

  const auto restored = fixture.store.restore(kSource);

  REQUIRE(restored);
  CHECK(fixture.files.content("n.txt") == "old");
  CHECK(fixture.content(fixture.store.list(kSource)->front().path) == "present");
}

TEST_CASE("a removed file can be restored") {
  Fixture fixture;
  fixture.make("old");
  REQUIRE(fixture.files.remove(kSource));

  REQUIRE(fixture.store.restore(kSource));

  CHECK(fixture.files.content("n.txt") == "old");
}

TEST_CASE("damaged and unacceptable copies are passed over") {
  Fixture fixture;
  fixture.make("good 1");
  fixture.make("bad");
  const Backup damaged = fixture.make("good 2");
  fixture.files.put(damaged.path.str(), "good 3");

  REQUIRE(fixture.store.restore(kSource, std::nullopt, is_good));

  CHECK(fixture.files.content("n.txt") == "good 1");
}

TEST_CASE("a damaged copy that was asked for is refused and nothing changes") {
  Fixture fixture;
  const Backup backup = fixture.make("content");
  fixture.files.put(backup.path.str(), "c0ntent");
  fixture.files.put("n.txt", "present");

  const auto restored = fixture.store.restore(kSource, backup.path);

  REQUIRE_FALSE(restored);
  CHECK(restored.error().code() == Errc::invalid_data);
  CHECK(fixture.files.content("n.txt") == "present");
}

TEST_CASE("only a backup of this very file is restored") {
  Fixture fixture;
  fixture.make("mine");
  const Backup other = fixture.make("other", RelativePath::of("n_other.txt"));
  fixture.files.put("secret", "secret");

  for (const RelativePath& from : {other.path, RelativePath::of("secret")}) {
    const auto restored = fixture.store.restore(kSource, from);
    REQUIRE_FALSE(restored);
    CHECK(restored.error().code() == Errc::not_found);
  }
  CHECK(fixture.files.content("n.txt") == "mine");
  CHECK(fixture.store.restore(RelativePath::of("none")).error().code() == Errc::not_found);
  CHECK(fixture.store.make(RelativePath::of("none")).error().code() == Errc::not_found);
}

TEST_CASE("copies without a readable hash are no backups") {
  Fixture fixture;
  const Backup backup = fixture.make("content");
  const std::string hash = backup.path.str() + ".sha256";
  const std::string good = *fixture.files.content(hash);

  for (const std::string& text :
       {std::string(), std::string("x"), std::string(64, 'z') + good.substr(64),
        good.substr(0, 64) + "  other\n", good.substr(0, good.size() - 1)}) {
    fixture.files.put(hash, text);
    CHECK(fixture.store.list(kSource)->empty());
  }
  REQUIRE(fixture.files.remove(RelativePath::of(hash)));
  CHECK(fixture.store.list(kSource)->empty());
}

TEST_CASE("a backup with any one call failing is made or refused, and nothing is lost") {
  const int cause = GENERATE(ENOSPC, EIO);
  std::uint64_t refused = 0;
  for (std::uint64_t call = 1;; ++call) {
    Fixture fixture;
    fixture.make("first");
    fixture.files.put("n.txt", "second");
    fixture.clock.advance(std::chrono::seconds{1});
    fixture.files.fail_call(fixture.files.calls() + call, cause);
    const std::uint64_t last = fixture.files.calls() + call;

    const auto made = fixture.store.make(kSource);

    if (fixture.files.calls() < last) break;
    CAPTURE(call, cause);
    if (!made) ++refused;
    if (made) CHECK(fixture.content(made->path) == "second");
    const auto list = fixture.store.list(kSource);
    REQUIRE(list);
    CHECK(fixture.content(list->back().path) == "first");
    CHECK(fixture.files.content("n.txt") == "second");
    CHECK(fixture.files.open_files() == 0);
    REQUIRE(fixture.store.make(kSource));
    CHECK(fixture.content(fixture.store.list(kSource)->front().path) == "second");
  }
  CHECK(refused > 20);
}
