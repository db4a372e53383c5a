// SPDX-License-Identifier: MIT
// Opening a workspace: the state directory, litter of interrupted replacements, unfinished lines.
#include "loop/store/recovery.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "loop/store/file_content.h"
#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "sim/sim_random.hpp"
#include "support/catch.hpp"

using namespace loop;

namespace {

struct Fixture {
  sim::SimClock clock{*parse_instant("2025-11-01T12:00:00Z")};
  sim::SimRandom random{7};
  sim::SimFiles files{clock};
  NullLog log;

  Result<RecoveryReport> prepare(const RecoveryOptions& options = {}) {
    return prepare_state(files, clock, random, log, options);
  }
  bool has(std::string_view path) { return files.content(path).has_value(); }
};

constexpr const char* kTemporary = ".schedules.json.loop-tmp-0123456789abcdef";

}  // namespace

TEST_CASE("the state directory is made once, ignored by git but for its configuration") {
  Fixture fixture;

  const auto first = fixture.prepare();
  const auto second = fixture.prepare();

  REQUIRE((first && second));
  CHECK(first->actions.size() == 6);
  CHECK(second->actions.empty());
  for (const char* folder : {".loop", ".loop/runs", ".loop/locks", ".loop/backups"}) {
    CHECK((*fixture.files.info(RelativePath::of(folder)))->kind == FileKind::directory);
  }
  CHECK(fixture.files.content(".loop/.gitignore")->ends_with("*\n!config.toml\n"));
  fixture.files.crash_to_synced();
  CHECK(fixture.has(".loop/.gitignore"));
}

TEST_CASE("a person's own ignore file stays") {
  Fixture fixture;
  fixture.files.put(".loop/.gitignore", "runs\n");

  REQUIRE(fixture.prepare());

  CHECK(fixture.files.content(".loop/.gitignore") == "runs\n");
}

TEST_CASE("temporary files go when they are older than an hour, wherever this project writes") {
  Fixture fixture;
  const std::vector<std::string> folders{
      "", ".roo/", ".loop/", ".loop/runs/r1/", ".loop/backups/n.txt/", "docs/"};
  for (const std::string& folder : folders) fixture.files.put(folder + kTemporary, "half");
  fixture.files.make_link("persistent-memory.md", "docs/memory.md");
  fixture.files.put("elsewhere/" + std::string(kTemporary), "not ours");
  fixture.files.put(".schedules.json.loop-tmp-0123", "not of that form");

  fixture.clock.advance(std::chrono::hours{1});
  REQUIRE(fixture.prepare());
  for (const std::string& folder : folders) CHECK(fixture.has(folder + kTemporary));

  fixture.clock.advance(Duration{1});
  const auto report = fixture.prepare();
  REQUIRE(report);
  CHECK(report->actions.size() == folders.size());
  for (const std::string& folder : folders) CHECK_FALSE(fixture.has(folder + kTemporary));
  CHECK(fixture.has("elsewhere/" + std::string(kTemporary)));
  CHECK(fixture.has(".schedules.json.loop-tmp-0123"));
}

TEST_CASE("a clock that was set back removes nothing") {
  Fixture fixture;
  fixture.files.put(kTemporary, "half");
  fixture.clock.set(*parse_instant("2020-01-01T00:00:00Z"));

  REQUIRE(fixture.prepare());

  CHECK(fixture.has(kTemporary));
}

TEST_CASE("unfinished last lines of the time table and the journal are moved aside") {
  Fixture fixture;
  fixture.files.put("task_timing.tsv", "timestamp\tmode\n2025-11-01\tco");
  fixture.files.put(".loop/journal.jsonl", "{\"a\":1}\n{\"a\":");

  const auto report = fixture.prepare();

  REQUIRE(report);
  CHECK(fixture.files.content("task_timing.tsv") == "timestamp\tmode\n");
  CHECK(fixture.files.content(".loop/journal.jsonl") == "{\"a\":1}\n");
  CHECK(fixture.files.content("task_timing.tsv.torn.20251101T120000Z") == "2025-11-01\tco");
  CHECK(fixture.files.content(".loop/journal.jsonl.torn.20251101T120000Z") == "{\"a\":");
  CHECK(fixture.prepare()->actions.empty());
}

TEST_CASE("a whole last row without newline, as old writers left it, stays") {
  Fixture fixture;
  const std::string columns = "1\t2\t3\t4\t5\t6\t7\t8\t";
  const std::string last = GENERATE("normal", "high", "todo", "");
  fixture.files.put("task_timing.tsv", columns + last);

  REQUIRE(fixture.prepare());

  CHECK(fixture.files.content("task_timing.tsv") == columns + last + "\n");
}

TEST_CASE("a last row that was cut in its last column is not whole") {
  Fixture fixture;
  fixture.files.put("task_timing.tsv", "1\t2\t3\t4\t5\t6\t7\t8\tnorm");

  REQUIRE(fixture.prepare());

  CHECK(fixture.files.content("task_timing.tsv") == "");
}

TEST_CASE("the seed's time table keeps every row") {
  const std::filesystem::path path =
      std::filesystem::path(LOOP_SHARED_DIR) / "fixtures/seed-workspace/task_timing.tsv";
  if (!std::filesystem::exists(path)) {
    WARN("skipped: no fixtures");
    return;
  }
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  REQUIRE_FALSE(text.str().ends_with('\n'));
  Fixture fixture;
  fixture.files.put("task_timing.tsv", text.str());

  REQUIRE(fixture.prepare());

  CHECK(fixture.files.content("task_timing.tsv") == text.str() + "\n");
}

TEST_CASE("a network file system is refused unless allowed") {
  Fixture fixture;
  fixture.files.set_type("nfs", true);

  const auto refused = fixture.prepare();

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Errc::unsupported);
  CHECK(refused.error().message().find("(nfs)") != std::string::npos);
  CHECK(fixture.files.all_files().empty());
  CHECK(fixture.prepare({.allow_network_fs = true}));
}

TEST_CASE("a disk that cannot be written says so") {
  Fixture fixture;
  fixture.files.set_read_only(true);

  const auto refused = fixture.prepare();

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Errc::read_only);
}

TEST_CASE("a file in the place of the state directory is named") {
  Fixture fixture;
  fixture.files.put(".loop", "");

  const auto refused = fixture.prepare();

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == Errc::invalid_argument);
  CHECK(refused.error().message().find(".loop") != std::string::npos);
}

TEST_CASE("recovery with any one call failing is done or refused, and works the next time") {
  for (std::uint64_t call = 1;; ++call) {
    Fixture fixture;
    fixture.files.put(kTemporary, "half");
    fixture.files.put("task_timing.tsv", "whole\ntorn");
    fixture.clock.advance(std::chrono::hours{2});
    fixture.files.fail_call(call, EIO);

    static_cast<void>(fixture.prepare().has_value());
    if (fixture.files.calls() < call) break;

    CAPTURE(call);
    REQUIRE(fixture.prepare());
    CHECK_FALSE(fixture.has(kTemporary));
    CHECK(fixture.files.content("task_timing.tsv") == "whole\n");
    CHECK(fixture.has(".loop/.gitignore"));
    const auto all = fixture.files.all_files();
    CHECK(std::any_of(all.begin(), all.end(), [&](const std::string& name) {
      return name.find(".torn.") != std::string::npos &&
             fixture.files.content(name)->find("torn") == 0;
    }));
  }
}
