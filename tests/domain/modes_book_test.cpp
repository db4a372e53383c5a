// SPDX-License-Identifier: MIT
// The modes in force: which file wins, in which order they stand, and finding one.
#include <fmt/format.h>

#include "domain/mode_document.hpp"
#include "loop/domain/modes.h"
#include "sim/sim_clock.hpp"
#include "sim/sim_files.hpp"
#include "support/catch.hpp"

namespace loop {
namespace {

using Catch::Contains;

std::string file_of(std::initializer_list<std::string_view> slugs, std::string_view name) {
  std::string text = "customModes:\n";
  for (const std::string_view slug : slugs) {
    text += fmt::format("- {{slug: {}, name: {}, roleDefinition: R, groups: []}}\n", slug, name);
  }
  return text;
}

struct Workspace {
  sim::SimClock clock{Instant{}};
  sim::SimFiles files{clock};

  ModeBook load(std::string_view global = {}) {
    auto book = ModeBook::load(files, global);
    if (!book) FAIL(book.error().message());
    return std::move(*book);
  }
};

std::vector<std::string> slugs_of(const ModeBook& book) {
  std::vector<std::string> slugs;
  for (const Mode& mode : book.modes()) slugs.push_back(mode.slug.str());
  return slugs;
}

TEST_CASE("without any file the built-in modes are in force") {
  Workspace workspace;
  const ModeBook book = workspace.load();

  CHECK(slugs_of(book) ==
        std::vector<std::string>{"architect", "code", "ask", "debug", "orchestrator"});
  CHECK(book.problems().empty());
}

TEST_CASE("project wins over global wins over built-in, and built-ins keep their place") {
  Workspace workspace;
  workspace.files.put(".roomodes", file_of({"p", "code", "both"}, "Project"));

  const ModeBook book = workspace.load(file_of({"g", "both", "code", "debug"}, "Global"));
  CHECK(slugs_of(book) == std::vector<std::string>{"architect", "code", "ask", "debug",
                                                   "orchestrator", "p", "both", "g"});
  const auto source_of = [&](const char* slug) { return book.find(ModeSlug(slug))->source; };
  CHECK(source_of("code") == ModeSource::project);
  CHECK(source_of("debug") == ModeSource::global);
  CHECK(source_of("both") == ModeSource::project);
  CHECK(source_of("ask") == ModeSource::built_in);
  CHECK(book.find(ModeSlug("code"))->when_to_use.empty());  // the whole object, nothing merged
}

TEST_CASE("a refused project file leaves the others in force and says why") {
  Workspace workspace;
  workspace.files.put(".roomodes", file_of({"p", "p"}, "Project"));

  const ModeBook book = workspace.load(file_of({"g"}, "Global"));
  CHECK(book.modes().size() == 6);
  REQUIRE(book.problems().size() == 1);
  CHECK_THAT(book.problems()[0].message,
             Contains(".roomodes: mode \"p\" (line 3): slug: stands twice"));
  CHECK_FALSE(book.problems()[0].is_warning);
}

TEST_CASE("a project file that is too large is a problem and no failure") {
  Workspace workspace;
  workspace.files.put(".roomodes", std::string(kModeFileBytesMax + 1, '#'));

  const ModeBook book = workspace.load();
  CHECK(book.modes().size() == 5);
  CHECK(book.problems().size() == 1);
}

TEST_CASE("a modes file that is no regular file is a failure") {
  Workspace workspace;
  workspace.files.make_fifo(".roomodes");

  CHECK_FALSE(ModeBook::load(workspace.files));
}

TEST_CASE("an unknown mode is answered with the nearest one and how many there are") {
  Workspace workspace;
  const ModeBook book = workspace.load();

  CHECK(book.require(ModeSlug("ask")).value()->name == "Ask");
  const auto missing = book.require(ModeSlug("architekt"));
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code() == Errc::not_found);
  CHECK(missing.error().message() ==
        "no mode \"architekt\" among the 5 known ones (did you mean \"architect\"?)");
}

}  // namespace
}  // namespace loop
