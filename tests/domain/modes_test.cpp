// SPDX-License-Identifier: MIT
// Modes files: what is read, what is refused, and why.
#include "loop/domain/modes.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "domain/mode_document.hpp"
#include "domain/mode_regex.hpp"
#include "support/catch.hpp"

namespace loop {
namespace {

using Catch::Contains;

constexpr std::string_view kTwoModes = R"(customModes:
- slug: test-writer
  name: "\U0001F9EA Tests"
  roleDefinition: "Writes tests \
    and only tests."
  whenToUse: Always
  description: Short
  customInstructions: |
    first
    second
  groups:
  - read
  - browser
  - - edit
    - fileRegex: \.(cpp|h)$
      description: C++ files
  source: project
- slug: Reader2
  name: Reader
  roleDefinition: Reads.
  groups: []
)";

std::string one_mode(std::string_view extra) {
  return fmt::format("customModes:\n- slug: a\n  name: A\n  roleDefinition: R\n{}", extra);
}

ModeFile parse(std::string_view text) { return parse_modes(text, ModeSource::project); }

std::string first_error(const ModeFile& file) {
  for (const ModeProblem& problem : file.problems) {
    if (!problem.is_warning) return problem.message;
  }
  return {};
}

void check_refused(std::string_view text, const std::string& reason) {
  const ModeFile file = parse(text);
  INFO(text.substr(0, 300));
  CHECK(file.modes.empty());
  CHECK_THAT(first_error(file), Contains(reason));
}

void check_warned(std::string_view text, const std::string& reason) {
  const ModeFile file = parse(text);
  INFO(text.substr(0, 300));
  CHECK(file.modes.size() == 1);
  REQUIRE(file.problems.size() == 1);
  CHECK(file.problems[0].is_warning);
  CHECK_THAT(file.problems[0].message, Contains(reason));
}

TEST_CASE("a YAML file gives its modes with every key") {
  const ModeFile file = parse(kTwoModes);

  REQUIRE(file.modes.size() == 2);
  CHECK(file.problems.empty());
  const Mode& mode = file.modes[0];
  CHECK(mode.slug.str() == "test-writer");
  CHECK(mode.name == "\xF0\x9F\xA7\xAA Tests");
  CHECK(mode.role_definition == "Writes tests and only tests.");
  CHECK(mode.when_to_use == "Always");
  CHECK(mode.description == "Short");
  CHECK(mode.custom_instructions == "first\nsecond\n");
  CHECK(mode.source == ModeSource::project);
  REQUIRE(mode.groups.size() == 2);
  CHECK(mode.groups[0].name == "read");
  CHECK(mode.groups[1].name == "edit");
  CHECK(mode.groups[1].file_regex == "\\.(cpp|h)$");
  CHECK(mode.groups[1].description == "C++ files");
  CHECK(file.modes[1].groups.empty());
}

TEST_CASE("the source of a mode is the file it came from, not what it says") {
  const ModeFile file = parse_modes(kTwoModes, ModeSource::global);

  REQUIRE(file.modes.size() == 2);
  CHECK(file.modes[0].source == ModeSource::global);
}

TEST_CASE("a JSON file of the same shape is read when YAML cannot be") {
  // Tabs for indentation are JSON and not YAML.
  const ModeFile file = parse(
      "{\n\t\"customModes\": [\n\t\t{\"slug\": \"a\", \"name\": \"\xE2\x80\x9C"
      "A\xE2\x80\x9D\",\n"
      "\t\t \"roleDefinition\": \"R\", \"groups\": [\"read\", [\"edit\", {\"fileRegex\": "
      "\"x\"}]]}\n"
      "\t]\n}\n");

  REQUIRE(file.modes.size() == 1);
  CHECK(file.modes[0].name ==
        "\xE2\x80\x9C"
        "A"
        "\xE2\x80\x9D");  // the original text, quotes curly
  CHECK(file.modes[0].groups[1].file_regex == "x");
}

TEST_CASE("an empty file, and one without modes, give none and no error") {
  for (const char* text : {"", "\n", "# nothing\n", "{}", "customModes: []", "customModes:\n",
                           "\xEF\xBB\xBF", "null"}) {
    const ModeFile file = parse(text);
    INFO(text);
    CHECK(file.modes.empty());
    CHECK(first_error(file) == "");
  }
}

TEST_CASE("typographic characters are replaced as Roo Code replaces them") {
  CHECK(replace_typographic_characters("a\xC2\xA0"
                                       "b") == "a b");
  CHECK(replace_typographic_characters("\xE2\x80\x8B\xE2\x80\x8C\xE2\x80\x8D|") == "|");
  CHECK(replace_typographic_characters("\xE2\x80\x90\xE2\x80\x95\xE2\x88\x92") == "---");
  CHECK(replace_typographic_characters("\xE2\x80\x98\xE2\x80\x99\xE2\x80\x9C\xE2\x80\x9D") ==
        "''\"\"");
  // Their neighbours stay: U+200A, U+200E, U+2016, U+201A, U+201E, U+2211.
  const std::string others =
      "\xE2\x80\x8A\xE2\x80\x8E\xE2\x80\x96\xE2\x80\x9A\xE2\x80\x9E\xE2\x88\x91";
  CHECK(replace_typographic_characters(others) == others);
  CHECK(replace_typographic_characters("\xE2\x80") == "\xE2\x80");
}

TEST_CASE("a file written with curly quotes and non-breaking spaces is read") {
  const ModeFile file = parse(
      "customModes:\n-\xC2\xA0slug: a\n\xC2\xA0 name: \xE2\x80\x9CThe A\xE2\x80\x9D\n"
      "  roleDefinition: x \xE2\x80\x93 y\n  groups: []\n");

  REQUIRE(file.modes.size() == 1);
  CHECK(file.modes[0].name == "The A");
  CHECK(file.modes[0].role_definition == "x - y");
}

TEST_CASE("one bad mode refuses the whole file and the message names mode and key") {
  const std::string good = "customModes:\n- {slug: ok, name: N, roleDefinition: R, groups: []}\n";
  check_refused(good + "- {slug: bad_one, name: N, roleDefinition: R, groups: []}\n",
                "mode \"bad_one\" (line 3): slug: only letters, digits");
  check_refused(good + "- {slug: b, roleDefinition: R, groups: []}\n",
                "\"b\" (line 3): name: is missing");
  check_refused(good + "- {name: N, roleDefinition: R, groups: []}\n",
                "number 2 (line 3): slug: is missing");
  check_refused(good + "- {slug: b, name: '', roleDefinition: R, groups: []}\n",
                "name: must not be empty");
  check_refused(good + "- {slug: b, name: 12, roleDefinition: R, groups: []}\n",
                "name: must be a text, not a number");
  check_refused(good + "- {slug: b, name: N, roleDefinition: R}\n", "groups: is missing");
  check_refused(good + "- {slug: b, name: N, roleDefinition: R, groups: read}\n",
                "groups: must be a list");
  check_refused(good + "- {slug: ok, name: N, roleDefinition: R, groups: []}\n",
                "slug: stands twice");
  check_refused(good + "- just text\n", "number 2 (line 3): must be a map, not a text");
}

TEST_CASE("groups are names or pairs, known, and each at most once") {
  check_refused(one_mode("  groups: [read, fly]\n"),
                "\"fly\" is unknown; allowed are read, edit, command, mcp, modes");
  check_refused(one_mode("  groups: [read, edit, read]\n"), "\"read\" stands twice");
  check_refused(one_mode("  groups: [[edit]]\n"), "a pair");
  check_refused(one_mode("  groups: [[edit, {}, {}]]\n"), "a pair");
  check_refused(one_mode("  groups: [{edit: x}]\n"), "a pair");
  check_refused(one_mode("  groups: [1]\n"), "a pair");
  check_refused(one_mode("  groups: [[edit, {fileRegex: 3}]]\n"), "fileRegex: must be a text");
  const ModeFile file = parse(one_mode("  groups: [browser, read, [browser, {}], browser]\n"));
  REQUIRE(file.modes.size() == 1);
  CHECK(file.modes[0].groups.size() == 1);
  CHECK(file.problems.empty());
}

TEST_CASE("a fileRegex that only JavaScript knows is a warning, a broken one an error") {
  check_warned(one_mode("  groups: [[edit, {fileRegex: '^(?!src/).*$'}]]\n"), "cannot be checked");
  check_warned(one_mode("  groups: [[edit, {fileRegex: '(?<=a)b'}]]\n"), "cannot be checked");
  check_warned(one_mode("  groups: [[edit, {fileRegex: '(?<year>x)'}]]\n"), "cannot be checked");
  check_warned(one_mode("  groups: [[edit, {fileRegex: '(a)\\1'}]]\n"), "cannot be checked");
  check_refused(one_mode("  groups: [[edit, {fileRegex: '(abc'}]]\n"), "is not valid");
  check_refused(one_mode("  groups: [[edit, {fileRegex: '[abc'}]]\n"), "is not valid");
  check_refused(one_mode("  groups: [[edit, {fileRegex: '*a'}]]\n"), "is not valid");
  check_refused(one_mode("  groups: [[edit, {fileRegex: 'a)'}]]\n"), "is not valid");
  CHECK(check_file_regex("[^]").verdict == FileRegexVerdict::not_checked);
  CHECK(check_file_regex("a{2000}").verdict == FileRegexVerdict::not_checked);
  CHECK(check_file_regex(std::string(4096, 'a')).verdict == FileRegexVerdict::checked);
  CHECK(check_file_regex(std::string(4097, 'a')).verdict == FileRegexVerdict::not_checked);
}

TEST_CASE("unknown keys are warnings with a suggestion") {
  check_warned(one_mode("  groups: []\n  whenTouse: x\n"), "did you mean \"whenToUse\"");
  check_warned(one_mode("  groups: [[edit, {fileregex: x}]]\n"), "did you mean \"fileRegex\"");
  check_warned(one_mode("  groups: []\ncustomMode: []\n"), "did you mean \"customModes\"");
  check_warned(one_mode("  groups: []\n  description:\n"), "taken as absent");
  CHECK(parse(one_mode("  groups: []\n  rulesFiles: []\n")).problems.empty());
}

TEST_CASE("source is project or global") {
  CHECK(parse(one_mode("  groups: []\n  source: global\n")).modes.size() == 1);
  check_refused(one_mode("  groups: []\n  source: mine\n"), "source: must be");
}

TEST_CASE("a syntax error is told with line and column of the format that was meant") {
  check_refused("customModes:\n- slug: a\n  name: \"open\n", "YAML: line ");
  check_refused("customModes:\n  - a: b: c\n", "YAML: line 2, column ");
  check_refused("customModes: []\nx: 'open\n\n", "YAML: line ");
  check_refused("{\n \"customModes\": [}\n}", "JSON: line 2, column 18");
  check_refused("a: 1\na: 2\n", "YAML: line 2: key \"a\" stands twice");
  check_refused("a: 1\n---\nb: 2\n", "only one document");
  check_refused("- a\n- b\n", "must be a map with the key \"customModes\", not a list");
  check_refused("customModes: {a: {}}\n", "customModes: must be a list of modes, not a map");
  check_refused("? [a, b]\n: c\n", "a key must be a text");
}

TEST_CASE("bytes that no text file has are refused with their line") {
  check_refused(std::string("customModes: []\n\0", 17), "line 2: control character 0x00");
  check_refused("a: \x04\n", "line 1: control character 0x04");
  check_refused("a: b\nc: \xff\n", "line 2: byte 8 is not UTF-8");
}

TEST_CASE("plain scalars that YAML takes for numbers or booleans are no texts") {
  for (const char* value :
       {"1", "-2", "0x1f", "0o7", "1.5", "1e3", ".5", "+.inf", ".nan", "true", "False"}) {
    INFO(value);
    CHECK_THAT(
        first_error(parse(one_mode(fmt::format("  groups: []\n  description: {}\n", value)))),
        Contains("must be a text"));
  }
  for (const char* value :
       {"1.2.3", "e3", "-a", "0xyz", "yes", "'1'", "\"true\"", "!!str 12", "."}) {
    INFO(value);
    CHECK(parse(one_mode(fmt::format("  groups: []\n  description: {}\n", value))).modes.size() ==
          1);
  }
}

TEST_CASE("an alias stands for what it names") {
  const ModeFile file = parse(
      "customModes:\n- {slug: a, name: &n N, roleDefinition: R, groups: &g [read, mcp]}\n"
      "- {slug: b, name: *n, roleDefinition: R, groups: *g}\n");

  REQUIRE(file.modes.size() == 2);
  CHECK(file.modes[1].name == "N");
  CHECK(file.modes[1].groups.size() == 2);
}

TEST_CASE("aliases that double at every level cost nothing") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 60; ++i) {
    bomb += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  }

  check_refused(bomb + "customModes: *a59\n", "must be a map, not a list");
}

TEST_CASE("one long text repeated by aliases is refused instead of copied") {
  std::string bomb = fmt::format("x: &x {}\ncustomModes:\n", std::string(100'000, 'x'));
  for (int i = 0; i < 500; ++i) {
    bomb += fmt::format("- {{slug: m{}, name: *x, roleDefinition: *x, groups: []}}\n", i);
  }

  check_refused(bomb, "texts of all modes together");
}

TEST_CASE("a list that holds itself is read to a fixed depth") {
  check_refused("customModes: &a [*a]\n", "must be a map, not a list");
}

TEST_CASE("nesting without end is refused") {
  check_refused("customModes: " + std::string(100'000, '['), "YAML: ");
  check_refused("{\"a\":" + std::string(100'000, '['), "JSON: ");
}

TEST_CASE("the size of a file is limited to 4 MiB") {
  const std::string head = "customModes: []\n#";
  const auto padded = [&](std::size_t size) { return head + std::string(size - head.size(), 'x'); };

  CHECK(first_error(parse(padded(kModeFileBytesMax - 1))) == "");
  CHECK(first_error(parse(padded(kModeFileBytesMax))) == "");
  CHECK_THAT(first_error(parse(padded(kModeFileBytesMax + 1))),
             Contains("4194305 bytes; at most 4194304"));
}

TEST_CASE("the number of modes in a file is limited to 1000") {
  const auto many = [](int count) {
    std::string text = "customModes:\n";
    for (int i = 0; i < count; ++i) {
      text += fmt::format("- {{slug: m{}, name: N, roleDefinition: R, groups: []}}\n", i);
    }
    return text;
  };

  CHECK(parse(many(999)).modes.size() == 999);
  CHECK(parse(many(1000)).modes.size() == 1000);
  check_refused(many(1001), "1001 modes; at most 1000");
}

TEST_CASE("warnings without end do not make modes disappear") {
  std::string text = "customModes:\n";
  for (int i = 0; i < 300; ++i) {
    text += fmt::format("- {{slug: m{}, name: N, roleDefinition: R, groups: [], odd: 1}}\n", i);
  }

  const ModeFile file = parse(text);
  CHECK(file.modes.size() == 300);
  CHECK(file.problems.size() == 100);
}

TEST_CASE("too many values in one file are refused") {
  std::string text = "customModes: [";
  for (std::size_t i = 0; i < kModeNodesMax; ++i) text += "a,";
  check_refused(text + "a]\n", "too many values");
}

TEST_CASE("the five built-in modes stand in Roo's order with Roo's groups") {
  const std::vector<Mode>& modes = built_in_modes();

  REQUIRE(modes.size() == 5);
  CHECK(modes[0].slug.str() == "architect");
  CHECK(modes[0].groups[1].file_regex == "\\.md$");
  CHECK(modes[1].slug.str() == "code");
  CHECK(modes[2].slug.str() == "ask");
  CHECK(modes[2].groups.size() == 2);
  CHECK(modes[3].slug.str() == "debug");
  CHECK(modes[4].slug.str() == "orchestrator");
  CHECK(modes[4].groups.empty());
  for (const Mode& mode : modes) {
    INFO(mode.slug.str());
    CHECK(mode.source == ModeSource::built_in);
    CHECK_FALSE(mode.role_definition.empty());
    CHECK_FALSE(mode.when_to_use.empty());
    CHECK_FALSE(mode.custom_instructions.empty());
  }
}

TEST_CASE("the modes file of the original system gives its 25 modes") {
  std::ifstream stream(std::string(LOOP_SHARED_DIR) + "/fixtures/seed-workspace/.roomodes");
  if (!stream) {
    WARN("skipped: no fixture of the original system");
    return;
  }
  std::stringstream text;
  text << stream.rdbuf();

  const ModeFile file = parse(text.str());
  CHECK(file.modes.size() == 25);
  CHECK(file.problems.empty());
  for (const Mode& mode : file.modes) {
    CHECK(mode.groups.size() == 4);  // without browser
    CHECK_FALSE(mode.custom_instructions.empty());
  }
}

}  // namespace
}  // namespace loop
