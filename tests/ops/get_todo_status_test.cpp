// SPDX-License-Identifier: MIT
// The operation get_todo_status.
#include "loop/ops/get_todo_status.h"

#include "ops/operations_fixture.hpp"
#include "ops/seed_workspace_fixture.hpp"

using namespace loop;
using namespace loop::test;
using Catch::Contains;
namespace json = boost::json;

namespace {

constexpr const char* kFile = "TODO.md";
constexpr const char* kText =
    "# Plan\n\n## Now\n- [ ] write the parser\n  - the fast one\n  - [x] tokens\n  - [ ] tree\n"
    "- [X] read the paper\n\n```\n- [ ] not an item\n```\n## Later\n1. [ ] ship\n";

std::string texts_of(const json::object& answer) {
  std::string texts;
  for (const json::value& item : answer.at("items").as_array()) {
    texts += std::string(item.at("text").as_string()) + "|";
  }
  return texts;
}

std::string many_items(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "- [ ] item " + std::to_string(i) + "\n";
  return text;
}

}  // namespace

TEST_CASE("pending items are told with their place, and the counts are of all") {
  OperationsFixture fixture;
  fixture.world.files.put(kFile, kText);

  const auto answer = fixture.call("get_todo_status");

  CHECK(texts_of(answer) == "write the parser|tree|ship|");
  CHECK(answer.at("items").at(0) == json::value{{"line", 4},
                                                {"depth", 0},
                                                {"completed", false},
                                                {"text", "write the parser"},
                                                {"section", "Plan / Now"},
                                                {"details", {"the fast one"}}});
  CHECK(answer.at("items").at(1).at("depth") == 1);
  CHECK(answer.at("items").at(1).at("parent") == 4);
  CHECK(answer.at("total") == 5);
  CHECK(answer.at("completed") == 2);
  CHECK(answer.at("pending") == 3);
  CHECK(answer.at("completion_rate").to_number<double>() == 40.0);
  CHECK(answer.at("match_count") == 3);
  CHECK(answer.at("sections") ==
        json::value{{{"section", "Plan / Now"}, {"total", 4}, {"completed", 2}, {"pending", 2}},
                    {{"section", "Plan / Later"}, {"total", 1}, {"completed", 0}, {"pending", 1}}});
}

TEST_CASE("completed items are told when asked for") {
  OperationsFixture fixture;
  fixture.world.files.put(kFile, kText);
  const auto answer = fixture.call("get_todo_status", R"({"include_completed":true})");
  CHECK(texts_of(answer) == "write the parser|tokens|tree|read the paper|ship|");
  CHECK(answer.at("items").at(3).at("completed").as_bool());
}

TEST_CASE("a search looks at text and details") {
  OperationsFixture fixture;
  fixture.world.files.put(kFile, kText);
  const auto search = [&](const char* arguments) {
    return texts_of(fixture.call("get_todo_status", arguments));
  };
  CHECK(search(R"({"search_pattern":"PARSER|ship"})") == "write the parser|ship|");
  CHECK(search(R"({"search_pattern":"fast one"})") == "write the parser|");
  CHECK(search(R"({"search_pattern":"paper"})").empty());
  CHECK(search(R"({"search_pattern":"paper","include_completed":true})") == "read the paper|");

  const Error refused = fixture.refuse("get_todo_status", R"({"search_pattern":"[a"})");
  CHECK(refused.code() == Errc::invalid_argument);
  CHECK_THAT(refused.message(), Contains("search_pattern") && Contains("RE2"));
}

TEST_CASE("items come in pages of 200 unless said otherwise, at most 1000") {
  OperationsFixture fixture;
  fixture.world.files.put(kFile, many_items(201));
  const auto first = fixture.call("get_todo_status");
  CHECK(first.at("items").as_array().size() == 200);
  CHECK(first.at("next_offset") == 200);
  CHECK(first.at("match_count") == 201);
  const auto second = fixture.call("get_todo_status", R"({"offset":200})");
  CHECK(texts_of(second) == "item 200|");
  CHECK_FALSE(second.contains("next_offset"));
  CHECK_FALSE(fixture.call("get_todo_status", R"({"limit":201})").contains("next_offset"));
  CHECK(fixture.refuse("get_todo_status", R"({"limit":0})").code() == Errc::invalid_argument);
  fixture.call("get_todo_status", R"({"limit":1000})");
  CHECK(fixture.refuse("get_todo_status", R"({"limit":1001})").code() == Errc::invalid_argument);
}

TEST_CASE("a page of long items ends before it gets too long") {
  OperationsFixture fixture;
  const std::string item = "- [ ] " + std::string(kTodoPageBytesMax / 2, 'x') + "\n";
  fixture.world.files.put(kFile, item + item + item);
  const auto answer = fixture.call("get_todo_status");
  CHECK(answer.at("items").as_array().size() == 2);
  CHECK(answer.at("next_offset") == 2);
}

TEST_CASE("sections are told up to 200 of them") {
  for (const std::size_t count : {199, 200, 201}) {
    OperationsFixture fixture;
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "# S" + std::to_string(i) + "\n- [ ] a\n";
    fixture.world.files.put(kFile, text);
    const auto answer = fixture.call("get_todo_status", R"({"limit":1})");
    CHECK(answer.at("sections").as_array().size() == std::min<std::size_t>(count, 200));
    CHECK(answer.at("total") == count);
  }
}

TEST_CASE("a rate has one decimal, and is 0 without items") {
  OperationsFixture fixture;
  CHECK(fixture.call("get_todo_status").at("completion_rate").to_number<double>() == 0);
  fixture.world.files.put(kFile, "- [x] a\n- [ ] b\n- [ ] c\n");
  CHECK(fixture.call("get_todo_status").at("completion_rate").to_number<double>() == 33.3);
}

TEST_CASE("bytes that are no UTF-8 come as valid text") {
  OperationsFixture fixture;
  fixture.world.files.put(kFile, "- [ ] a\xff\n");
  CHECK(texts_of(fixture.call("get_todo_status")) == "a\xEF\xBF\xBD|");
}

TEST_CASE("the plan of the original system has 27 items, 9 of them done") {
  OperationsFixture fixture;
  if (!put_seed_workspace(fixture.world)) return;

  const auto answer = fixture.call("get_todo_status", R"({"include_completed":true})");

  CHECK(answer.at("items").as_array().size() == 27);
  CHECK(answer.at("total") == 27);
  CHECK(answer.at("completed") == 9);
  CHECK(answer.at("completion_rate").to_number<double>() == 33.3);
  CHECK(answer.at("items").at(0).at("details").as_array().size() == 3);
  CHECK(fixture.call("get_todo_status").at("items").as_array().size() == 18);
}
