// SPDX-License-Identifier: MIT
// Task lists: what is an item, whose detail is what, and which byte is the box.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "domain/todo_scan.hpp"
#include "support/catch.hpp"

namespace loop {
namespace {

std::vector<std::string> texts_of(std::string_view markdown) {
  std::vector<std::string> texts;
  for (const TodoItem& item : parse_todo(markdown).items) texts.push_back(item.text);
  return texts;
}

using Texts = std::vector<std::string>;

TEST_CASE("every list marker may carry a box") {
  const TodoList list =
      parse_todo("- [ ] a\n* [x] b\n+ [X] c\n1. [ ] d\n23) [x] e\n-\t[ ] f\n- [ ]\tg\n- [x] \n");

  REQUIRE(list.items.size() == 8);
  CHECK(list.completed == 4);
  CHECK(list.items[0].text == "a");
  CHECK_FALSE(list.items[0].done);
  CHECK(list.items[2].done);
  CHECK(list.items[4].line == 5);
  CHECK(list.items[6].text == "g");
  CHECK(list.items[7].text == "");
}

TEST_CASE("what only looks like a task is none") {
  CHECK(texts_of("-[ ] a\n- [] b\n- [ ]c\n- [y] d\n[ ] e\n- [ x ] f\n1234567890. [ ] g\n- [ ]\n"
                 "* * *\n---\n-\n") == Texts{});
}

TEST_CASE("tasks inside fenced code and comments are not tasks") {
  CHECK(texts_of("```\n- [ ] a\n```\n~~~\n- [ ] b\n```\n- [ ] c\n~~~\n- [ ] d\n") == Texts{"d"});
  CHECK(texts_of("- [ ] a\n  ```\n  - [ ] b\n  ```\n  - [ ] c\n") == Texts{"a", "c"});
  CHECK(texts_of("- [ ] a\n\t```\n\t- [ ] b\n\t```\n") == Texts{"a"});
  CHECK(texts_of("<!-- - [ ] a\n- [ ] b\n-->\n- [ ] c\n<!-- x -->\n- [ ] d\n") == Texts{"c", "d"});
  CHECK(texts_of("- [ ] a\n```\n- [ ] b\n") == Texts{"a"});
}

TEST_CASE("indented code is no task and a nested item is") {
  CHECK(texts_of("text\n\n    - [ ] code\n") == Texts{});
  CHECK(texts_of("   - [ ] a\n") == Texts{"a"});
  CHECK(texts_of("- [ ] a\n    - [ ] b\n        - [ ] c\n") == Texts{"a", "b", "c"});
  CHECK(texts_of("- [ ] a\n\n          - [ ] code\n") == Texts{"a"});
}

TEST_CASE("items nest by indent, with spaces and with tabs") {
  for (const std::string unit : {"  ", "\t"}) {
    const TodoList list =
        parse_todo(fmt::format("- [ ] a\n{0}- [x] b\n{0}{0}- [ ] c\n{0}- [ ] d\n- [ ] e\n", unit));
    INFO(unit.size());
    REQUIRE(list.items.size() == 5);
    CHECK(list.items[0].depth == 0);
    CHECK(list.items[1].depth == 1);
    CHECK(list.items[1].parent == 1);
    CHECK(list.items[2].depth == 2);
    CHECK(list.items[2].parent == 2);
    CHECK(list.items[3].depth == 1);
    CHECK(list.items[3].parent == 1);
    CHECK(list.items[4].depth == 0);
    CHECK(list.items[4].parent == 0);
  }
}

TEST_CASE("boxless sub-bullets and text are details of their item") {
  const TodoList list = parse_todo(
      "- [ ] a\n\t- **Action**: do\ngoes on\n\n\tindented\n\nparagraph\n- plain\n  - [ ] b\n"
      "- [ ] c\n  - x\n    - y\n");

  REQUIRE(list.items.size() == 3);
  CHECK(list.items[0].details == Texts{"**Action**: do", "goes on", "indented"});
  CHECK(list.items[1].text == "b");
  CHECK(list.items[1].depth == 0);  // "plain" is no task
  CHECK(list.items[1].details.empty());
  CHECK(list.items[2].details == Texts{"x", "y"});
}

TEST_CASE("an item knows the headings above it") {
  const TodoList list =
      parse_todo("- [ ] a\n# One\n### Two\n- [ ] b\n## Three ##\n- [ ] c\n# Four\n- [ ] d\n");

  REQUIRE(list.items.size() == 4);
  CHECK(list.items[0].section == "");
  CHECK(list.items[1].section == "One / Two");
  CHECK(list.items[2].section == "One / Three");
  CHECK(list.items[3].section == "Four");
}

TEST_CASE("in a column of done tasks items may lack a box") {
  const TodoList list = parse_todo(
      "### Todo\n- no box\n### Done ✓\n- first\n  - detail\n- [ ] open\n### Ready [x]\n* second\n");

  REQUIRE(list.items.size() == 3);
  CHECK(list.items[0].text == "first");
  CHECK(list.items[0].done);
  CHECK_FALSE(list.items[0].has_box);
  CHECK(list.items[0].details == Texts{"detail"});
  CHECK_FALSE(list.items[1].done);
  CHECK(list.items[2].text == "second");
  CHECK(list.completed == 2);
}

TEST_CASE("the offset of every box points at its mark") {
  const std::string text =
      "\xEF\xBB\xBF- [ ] a\r\n\t* [x] b\r\n12. [X] \xff\r\n" + std::string("\0\n", 2) + "- [ ] d";
  const ScannedTodo scanned = scan_todo(text);

  REQUIRE(scanned.list.items.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t offset = scanned.box_offsets[i];
    CHECK(text[offset - 1] == '[');
    CHECK(text[offset + 1] == ']');
    CHECK((text[offset] != ' ') == scanned.list.items[i].done);
  }
  CHECK(scanned.list.items[2].text == "\xEF\xBF\xBD");
  CHECK(scanned.list.items[3].text == "d");
}

TEST_CASE("deep nesting and long lines are read") {
  std::string text;
  for (std::size_t i = 0; i < 300; ++i) text += std::string(2 * i, ' ') + "- [ ] deep\n";
  text += "\n# Next\n- [ ] " + std::string(1 << 20, 'y') + "\n";

  const TodoList list = parse_todo(text);
  CHECK(list.items.size() >= 101);
  CHECK(list.items.back().text.size() == 1 << 20);
  CHECK(list.items.back().depth == 0);
}

TEST_CASE("the task list of the original system gives its items") {
  std::ifstream stream(std::string(LOOP_SHARED_DIR) + "/fixtures/seed-workspace/TODO.md");
  if (!stream) {
    WARN("skipped: no fixture of the original system");
    return;
  }
  std::stringstream text;
  text << stream.rdbuf();

  const TodoList list = parse_todo(text.str());
  CHECK(list.items.size() == 27);
  CHECK(list.completed == 9);
  for (const TodoItem& item : list.items) {
    CHECK(item.depth == 0);
    CHECK(item.has_box);
    CHECK_FALSE(item.text.empty());
  }
  CHECK(list.items[0].details.size() == 3);
}

}  // namespace
}  // namespace loop
