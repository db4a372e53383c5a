// SPDX-License-Identifier: MIT
// Toggling a box of TODO.md on disk.
#include "loop/domain/todo_list.h"

#include "loop/store/layout.h"
#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "sim/sim_random.hpp"
#include "support/catch.hpp"

namespace loop {
namespace {

using Catch::Contains;

constexpr const char* kTodo = "TODO.md";

struct Workspace {
  sim::SimClock clock{*parse_instant("2025-11-02T10:00:00Z")};
  sim::SimFiles files{clock};
  sim::SimRandom random{1};

  explicit Workspace(std::string_view todo) { files.put(kTodo, todo); }
  Result<bool> set(std::size_t line, bool done, std::string_view expected = {}) {
    return set_todo_done(files, clock, random, line, done, expected);
  }
  std::string text() const { return files.content(kTodo).value_or(""); }
};

constexpr std::string_view kText =
    "# T\r\n- [ ] one\r\n\t- [X] two \xff\r\n```\n- [ ] code\n```\n- [x] end";

TEST_CASE("setting a box changes one byte, durably") {
  Workspace workspace(kText);

  CHECK(workspace.set(2, true).value());
  std::string expected(kText);
  expected[expected.find("[ ] one") + 1] = 'x';
  CHECK(workspace.text() == expected);

  CHECK(workspace.set(3, false).value());
  expected[expected.find("[X]") + 1] = ' ';
  CHECK(workspace.set(7, false).value());
  expected[expected.find("[x] end") + 1] = ' ';
  workspace.files.crash_to_synced();
  CHECK(workspace.text() == expected);
}

TEST_CASE("a box that is set so already is left alone with its file") {
  Workspace workspace(kText);
  const auto before = workspace.files.info(layout::todo()).value();

  CHECK_FALSE(workspace.set(2, false).value());
  CHECK_FALSE(workspace.set(3, true).value());
  CHECK(stamp_of(*before) == stamp_of(*workspace.files.info(layout::todo()).value()));
  CHECK(workspace.text() == kText);
}

TEST_CASE("a line without a task is not found") {
  Workspace workspace(kText);
  for (const std::size_t line : {0U, 1U, 4U, 5U, 8U, 1000U}) {
    const auto result = workspace.set(line, true);
    REQUIRE_FALSE(result);
    CHECK(result.error().code() == Errc::not_found);
  }
  Workspace boxless("## Done ✓\n- a\n");
  CHECK(boxless.set(2, false).error().code() == Errc::not_found);
  CHECK(workspace.text() == kText);
}

TEST_CASE("an absent file is not found") {
  sim::SimClock clock{Instant{}};
  sim::SimFiles files{clock};
  sim::SimRandom random{1};
  CHECK(set_todo_done(files, clock, random, 1, true).error().code() == Errc::not_found);
}

TEST_CASE("another text than the expected one is a conflict") {
  Workspace workspace(kText);

  const auto result = workspace.set(2, true, "two");
  REQUIRE_FALSE(result);
  CHECK(result.error().code() == Errc::conflict);
  CHECK_THAT(result.error().message(), Contains("line 2 is \"one\", not \"two\""));
  CHECK(workspace.text() == kText);
  CHECK(workspace.set(2, true, "one").value());
  CHECK(workspace.set(3, false, "two \xEF\xBF\xBD").value());
}

}  // namespace
}  // namespace loop
