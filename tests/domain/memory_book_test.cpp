// SPDX-License-Identifier: MIT
// The memory file on a disk that can fail: what is written, in which order, and what is left alone.
#include "loop/domain/memory_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "loop/store/layout.h"
#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "sim/sim_random.hpp"
#include "support/catch.hpp"

namespace loop {
namespace {

using Catch::Contains;

constexpr const char* kMemory = "persistent-memory.md";
constexpr const char* kArchive = ".loop/memory-archive/2025-11-02.md";

struct Workspace {
  sim::SimClock clock{*parse_instant("2025-11-02T10:00:00Z")};
  sim::SimFiles files{clock};
  sim::SimRandom random{1};
  NullLog log;
  MemoryBook book{files, clock, random, log};

  std::string text() const { return files.content(kMemory).value_or(""); }
  std::string archive() const { return files.content(kArchive).value_or(""); }
};

MemoryNote note_of(std::string finding) {
  MemoryNote note;
  note.section = MemorySection::status;
  note.mode = ModeSlug("code");
  note.category = "fix";
  note.finding = std::move(finding);
  note.time = *parse_instant("2025-11-02T10:00:00Z");
  return note;
}

// 299 lines with entries numbered from 0, the oldest first.
std::string full_file() {
  std::string text =
      "# Non-Obvious Implementation Patterns\n\n# Development & Debug Commands\n\n"
      "# System Updates & Status\n\n";
  for (int i = 0; i < 97; ++i) {
    text += fmt::format("## [2025-{:02}-{:02}T00:00:00Z] [m] - [c]\n- Finding: entry {}.\n\n",
                        1 + i / 28, 1 + i % 28, i);
  }
  return text + "foreign\nlast";
}

TEST_CASE("a note to an absent file makes it durably") {
  Workspace workspace;

  const auto done = workspace.book.append(note_of("F"));
  REQUIRE(done);
  CHECK(done->line_count == 8);
  CHECK(done->archived.empty());
  CHECK(done->archive_file.empty());
  workspace.files.crash_to_synced();
  CHECK_THAT(workspace.text(), Contains("- Finding: F\n"));
  CHECK(workspace.book.read()->findings.empty());
}

TEST_CASE("an absent file reads as an empty one and is not made") {
  Workspace workspace;

  CHECK(workspace.book.read_text().value() == "");
  CHECK(workspace.book.read()->findings.size() == 3);
  CHECK(workspace.book.compact()->line_count == 0);
  CHECK_FALSE(workspace.files.content(kMemory));
}

TEST_CASE("archived entries are in the archive of the day before the file shrinks") {
  Workspace workspace;
  workspace.files.put(kMemory, full_file());

  const auto done = workspace.book.append(note_of("new"));
  REQUIRE(done);
  CHECK(done->archive_file == kArchive);
  REQUIRE(done->archived.size() == 1);
  CHECK(done->archived[0] == "## [2025-01-01T00:00:00Z] [m] - [c]");
  CHECK(done->line_count <= kMemoryLinesMax);
  CHECK_THAT(workspace.archive(), Contains("entry 0."));
  CHECK_THAT(workspace.text(), !Contains("entry 0.") && Contains("entry 1."));
}

TEST_CASE("whatever call fails or wherever the power goes, no entry is lost") {
  std::uint64_t calls = 0;
  {
    Workspace workspace;
    workspace.files.put(kMemory, full_file());
    REQUIRE(workspace.book.append(note_of("new")));
    calls = workspace.files.calls();
  }
  for (std::uint64_t call = 1; call <= calls; ++call) {
    Workspace workspace;
    workspace.files.put(kMemory, full_file());
    workspace.files.fail_call(call, EIO);
    const bool is_done = workspace.book.append(note_of("new")).has_value();
    workspace.files.crash_to_synced();

    INFO("call " << call << " of " << calls);
    const std::string memory = workspace.text();
    const std::string both = memory + workspace.archive();
    for (int i = 0; i < 97; ++i) CHECK_THAT(both, Contains(fmt::format("entry {}.", i)));
    const bool has_new = memory.find("Finding: new") != std::string::npos;
    if (is_done) CHECK(has_new);
    if (!has_new) CHECK(memory == full_file());
  }
}

TEST_CASE("a repetition after a crash between archive and file archives nothing twice") {
  Workspace workspace;
  workspace.files.put(kMemory, full_file());
  REQUIRE(workspace.book.append(note_of("new")));
  workspace.files.put(kMemory, full_file());  // as if the replacement had been lost

  REQUIRE(workspace.book.append(note_of("new")));
  const std::string archive = workspace.archive();
  CHECK(archive.find("entry 0.") == archive.rfind("entry 0."));
}

TEST_CASE("refusing at the limit changes nothing") {
  Workspace workspace;
  workspace.files.put(kMemory, full_file());

  const auto done = workspace.book.append(note_of("new"), OnMemoryLimit::refuse);
  REQUIRE_FALSE(done);
  CHECK(done.error().code() == Errc::limit_reached);
  CHECK(workspace.text() == full_file());
  CHECK(workspace.archive() == "");
}

TEST_CASE("a file over the limit with nothing to archive is left alone") {
  Workspace workspace;
  const std::string foreign(301, '\n');
  workspace.files.put(kMemory, foreign);

  CHECK(workspace.book.append(note_of("new")).error().code() == Errc::limit_reached);
  CHECK(workspace.book.compact().error().code() == Errc::limit_reached);
  CHECK(workspace.text() == foreign);
  CHECK_FALSE(workspace.files.content(kArchive));
}

TEST_CASE("compacting a file within the limit writes nothing") {
  Workspace workspace;
  workspace.files.put(kMemory, full_file());
  const auto before = workspace.files.info(layout::memory()).value();

  CHECK(workspace.book.compact()->line_count == 299);
  const auto after = workspace.files.info(layout::memory()).value();
  CHECK(stamp_of(*before) == stamp_of(*after));
  CHECK(workspace.text() == full_file());
}

TEST_CASE("compacting archives the oldest entries") {
  Workspace workspace;
  workspace.files.put(kMemory, full_file() + "\nmore\nand more\nand more\n");

  const auto done = workspace.book.compact();
  REQUIRE(done);
  CHECK(done->line_count == 299);
  CHECK(done->archived.size() == 1);
  CHECK(workspace.book.compact()->archived.empty());
}

TEST_CASE("a note whose mark stands in the file or in today's archive is not written again") {
  Workspace workspace;
  REQUIRE(workspace.book.append(note_of("run r1 failed"), OnMemoryLimit::archive, 0, "run r1"));
  const std::string once = workspace.text();
  REQUIRE(workspace.book.append(note_of("run r1 failed"), OnMemoryLimit::archive, 0, "run r1"));
  CHECK(workspace.text() == once);

  REQUIRE(workspace.book.append(note_of("run r2 failed"), OnMemoryLimit::archive, 1, "run r2"));
  CHECK_THAT(workspace.text(), !Contains("run r1"));
  const std::string later = workspace.text();
  const auto repeated =
      workspace.book.append(note_of("run r1 failed"), OnMemoryLimit::archive, 1, "run r1");
  REQUIRE(repeated);
  CHECK(workspace.text() == later);
  CHECK(repeated->line_count == workspace.book.read()->line_count);
}

TEST_CASE("entries with NUL bytes can be archived") {
  Workspace workspace;
  workspace.files.put(kMemory, "# System Updates & Status\n## [2025-01-01] [m] - [c]\n" +
                                   std::string("a\0b\n", 4) + std::string(300, '\n'));

  REQUIRE(workspace.book.append(note_of("new")));
  CHECK_THAT(workspace.archive(), Contains("a\xEF\xBF\xBD"
                                           "b\n"));
}

}  // namespace
}  // namespace loop
