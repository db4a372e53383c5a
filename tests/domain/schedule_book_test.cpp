// SPDX-License-Identifier: MIT
// Edits of schedules.json change the bytes they must and no others.
#include "domain/schedule_book_fixture.hpp"

using namespace loop;
using namespace loop::test;

TEST_CASE("the layout of the neighbours is followed where the brackets share a line") {
  const std::string text =
      "{ \"schedules\": [{\n    \"id\": \"1\"\n  }, {\n    \"id\": \"2\"\n  }] }\n";

  CHECK(with_new(text, {{"id", "3"}, {"name", "n"}}) ==
        "{ \"schedules\": [{\n    \"id\": \"1\"\n  }, {\n    \"id\": \"2\"\n  }, {\n    \"id\": "
        "\"3\",\n    \"name\": \"n\"\n  }] }\n");
  CHECK(*book_of(text).without_schedule(ScheduleId{"1"}) ==
        "{ \"schedules\": [{\n    \"id\": \"2\"\n  }] }\n");
  CHECK(*book_of(text).without_schedule(ScheduleId{"2"}) ==
        "{ \"schedules\": [{\n    \"id\": \"1\"\n  }] }\n");
}

TEST_CASE("one schedule a line stays one schedule a line") {
  const std::string text = "{\"schedules\": [\n  {\"id\": \"1\", \"name\": \"a\"}\n]}\n";

  CHECK(with_new(text, {{"id", "2"}, {"name", "b"}}) ==
        "{\"schedules\": [\n  {\"id\": \"1\", \"name\": \"a\"},\n  {\"id\": \"2\", \"name\": "
        "\"b\"}\n]}\n");
}

TEST_CASE("the object loop comes with its first key and goes with its last") {
  const ScheduleId id{"1"};
  const std::string none = file_with("");
  const std::string one = file_with(",\n      \"loop\": {\n        \"note\": \"x\"\n      }");
  const std::string two =
      file_with(",\n      \"loop\": {\n        \"note\": \"x\",\n        \"retries\": 1\n      }");

  CHECK(change(none, id, {{"loop.note", "x"}}) == one);
  CHECK(change(one, id, {{"loop.retries", std::int64_t{1}}}) == two);
  CHECK(change(two, id, {{"loop.retries", std::nullopt}}) == one);
  CHECK(change(one, id, {{"loop.note", std::nullopt}}) == none);
  CHECK(change(two, id, {{"loop.note", std::nullopt}, {"loop.retries", std::nullopt}}) == none);
  CHECK(change(two, id, {{"loop", std::nullopt}}) == none);
  CHECK(change(none, id, {{"loop.note", std::nullopt}}) == none);
  CHECK(change(one, id, {{"loop.note", std::nullopt}, {"loop.retries", std::int64_t{1}}}) ==
        replaced(one, "\"note\": \"x\"", "\"retries\": 1"));
  // An empty object or null that stood there already is filled, and not touched without need.
  const std::string empty = file_with(",\n      \"loop\": {}");
  CHECK(change(empty, id, {{"loop.note", "x"}}) == one);
  CHECK(change(empty, id, {{"loop.note", std::nullopt}}) == empty);
  CHECK(change(file_with(",\n      \"loop\": null"), id, {{"loop.note", "x"}}) == one);
}

TEST_CASE("an unknown key in the object loop keeps it") {
  const std::string text = file_with(
      ",\n      \"loop\": {\n        \"mine\": [1, 2],\n        \"note\": \"x\"\n      }");

  CHECK(change(text, ScheduleId{"1"}, {{"loop.note", std::nullopt}}) ==
        file_with(",\n      \"loop\": {\n        \"mine\": [1, 2]\n      }"));
}

TEST_CASE("a loop that is no object is not overwritten by a part of it") {
  const auto changed =
      book_of(file_with(",\n      \"loop\": \"mine\""))
          .with_changes(ScheduleId{"1"}, std::vector<FieldChange>{{"loop.note", "x"}});

  REQUIRE_FALSE(changed);
  CHECK(changed.error().code() == Errc::invalid_data);
  CHECK(changed.error().message() == "line 5, column 15: \"loop\" is a string, not an object");
}

TEST_CASE("an object that is replaced is laid out like its surroundings") {
  const std::string text = file_with(R"(,
      "loop": {
        "env": {
          "A": "1"
        }
      })");

  CHECK(change(text, ScheduleId{"1"}, {{"loop.env", JsonText{R"({"B":"2","C":"3"})"}}}) ==
        file_with(R"(,
      "loop": {
        "env": {
          "B": "2",
          "C": "3"
        }
      })"));
  CHECK(change(text, ScheduleId{"1"}, {{"loop.env", JsonText{R"({ "\u0041" : "1" })"}}}) == text);
}

TEST_CASE("values that cannot be written are refused by the name of their key") {
  const ScheduleBook book = book_of(file_with(""));
  const auto code_of = [&](FieldChange one) {
    const auto changed = book.with_changes(ScheduleId{"1"}, std::vector<FieldChange>{one});
    REQUIRE_FALSE(changed);
    CHECK(changed.error().message().starts_with(one.key));
    return changed.error().code();
  };

  CHECK(code_of({"name", "a\xff"}) == Errc::invalid_argument);
  CHECK(code_of({"loop.env", JsonText{"{"}}) == Errc::invalid_argument);
  CHECK(code_of({"x", JsonText{"1}, {\"id\": \"2\""}}) == Errc::invalid_argument);
  CHECK(code_of({"x", JsonText{std::string(61, '[') + std::string(61, ']')}}) ==
        Errc::invalid_argument);
  const std::string deep = std::string(60, '[') + std::string(60, ']');
  change(book.bytes(), ScheduleId{"1"}, {{"loop.x", JsonText{deep}}});

  const std::vector<FieldChange> both = {{"loop", std::nullopt}, {"loop.note", "x"}};
  CHECK(book.with_changes(ScheduleId{"1"}, both).error().code() == Errc::invalid_argument);
}

TEST_CASE("keys and values with quotes and line breaks cannot leave their strings") {
  const std::string hostile = "\"},{\"id\":\"2\"\n\\";

  const auto book = book_of(change(kRooFile, kId, {{hostile, hostile}, {"name", hostile}}));

  CHECK(book.schedules().size() == 1);
  CHECK(book.schedules()[0].name == hostile);
}

TEST_CASE("unknown and taken ids are refused by name") {
  const ScheduleBook book = book_of(kRooFile);
  const ScheduleId unknown{"nope"};

  CHECK(book.with_changes(unknown, {}).error().code() == Errc::not_found);
  CHECK(book.without_schedule(unknown).error().code() == Errc::not_found);
  CHECK(book.object_text(unknown).error().code() == Errc::not_found);
  CHECK(book.object_text(ScheduleId{}).error().code() == Errc::not_found);
  const std::vector<FieldChange> taken = {{"id", kId.str()}};
  CHECK(book.with_new_schedule(taken).error().code() == Errc::already_exists);
  CHECK(book.with_new_schedule({}).error().code() == Errc::invalid_argument);
}

TEST_CASE("of two schedules with one id the second is invalid, kept, and never changed") {
  const std::string text =
      R"({"schedules":[{"id":"1","name":"a"},{"id":"1","name":"b"},{"id":"2","name":"c"}]})";
  const ScheduleBook book = book_of(text);

  REQUIRE(book.schedules().size() == 3);
  CHECK(book.schedules()[1].invalid == "duplicate id");
  CHECK(book.schedules()[2].position == 2);
  CHECK(book.find(ScheduleId{"1"}) == &book.schedules()[0]);
  CHECK(change(text, ScheduleId{"1"}, {{"name", "x"}}) == replaced(text, "\"a\"", "\"x\""));
  CHECK(*book.without_schedule(ScheduleId{"1"}) ==
        R"({"schedules":[{"id":"1","name":"b"},{"id":"2","name":"c"}]})");
  CHECK(*book.without_schedule(ScheduleId{"2"}) ==
        R"({"schedules":[{"id":"1","name":"a"},{"id":"1","name":"b"}]})");
}

TEST_CASE("schedules are found by id first, then by a name that is unique") {
  const ScheduleBook book = book_of(
      R"({"schedules":[{"id":"1","name":"2"},{"id":"2","name":"x"},{"id":"3","name":"same"},
                       {"id":"4","name":"same"},{"id":"2","name":"x"}]})");

  CHECK((*book.find_by_id_or_name("2"))->id == ScheduleId{"2"});
  CHECK((*book.find_by_id_or_name("x"))->id == ScheduleId{"2"});
  CHECK(*book.find_by_id_or_name("X") == nullptr);
  CHECK(*book.find_by_id_or_name("") == nullptr);
  const auto ambiguous = book.find_by_id_or_name("same");
  REQUIRE_FALSE(ambiguous);
  CHECK(ambiguous.error().code() == Errc::conflict);
  CHECK(ambiguous.error().message().find("3, 4") != std::string::npos);
}

TEST_CASE("what is no object among the schedules is invalid and kept") {
  const std::string text = R"({"schedules":[null,{"id":"1"},"x",[]]})";
  const ScheduleBook book = book_of(text);

  REQUIRE(book.schedules().size() == 4);
  CHECK(book.schedules()[0].invalid == "it is null, not an object");
  CHECK(book.schedules()[3].invalid.has_value());
  CHECK(change(text, ScheduleId{"1"}, {{"name", "n"}}) ==
        R"({"schedules":[null,{"id":"1","name":"n"},"x",[]]})");
  CHECK(with_new(text, {{"id", "2"}}) == R"({"schedules":[null,{"id":"1"},"x",[],{"id":"2"}]})");
}

TEST_CASE("a text without an array of schedules is refused") {
  const auto message_of = [](std::string text) {
    const auto book = ScheduleBook::parse(std::move(text));
    REQUIRE_FALSE(book);
    CHECK(book.error().code() == Errc::invalid_data);
    return book.error().message();
  };

  CHECK(message_of("{}") == "line 1, column 1: the object has no key \"schedules\"");
  CHECK(message_of("[]") ==
        "line 1, column 1: expected an object with the key \"schedules\", found an array");
  CHECK(message_of("{\n\"schedules\": {}}") ==
        "line 2, column 14: \"schedules\" is an object, not an array");
  CHECK(message_of(" \n").starts_with("line 2, column 1: expected a JSON value"));
}

TEST_CASE("the text of one object is given as it stands") {
  const std::string text = R"({"schedules":[{"id":"0"}, { "id" :"1", "x":[ 1e1 ]} ]})";

  CHECK(*book_of(text).object_text(ScheduleId{"1"}) == R"({ "id" :"1", "x":[ 1e1 ]})");
}

TEST_CASE("a book may be moved and copied") {
  ScheduleBook book = book_of(kRooFile);
  const ScheduleBook copy = book;
  const ScheduleBook moved = std::move(book);

  CHECK(*copy.with_changes(kId, {}) == kRooFile);
  CHECK(*moved.with_changes(kId, {}) == kRooFile);
}

TEST_CASE("commas in front of their items stay there and are no indentation") {
  const std::string text =
      "{\n  \"schedules\": [\n    {\n      \"id\": \"1\"\n    , \"name\": \"a\"\n    }\n  ]\n}";

  CHECK(change(text, ScheduleId{"1"}, {{"loop.note", "x"}}) ==
        "{\n  \"schedules\": [\n    {\n      \"id\": \"1\"\n    , \"name\": \"a\"\n    , \"loop\": "
        "{\n"
        "      \"note\": \"x\"\n    }\n    }\n  ]\n}");
}

TEST_CASE("of a duplicate key the last one counts among few and many keys") {
  for (const std::size_t others : {0u, 44u, 45u, 46u, 47u, 48u, 500u}) {
    INFO(others);
    std::string members = ",\"name\":\"a\"";
    for (std::size_t i = 0; i < others; ++i) {
      members.append(",\"x").append(std::to_string(i)).append("\":1");
    }
    const ScheduleBook book =
        book_of("{\"schedules\":[{\"id\":\"1\"" + members + ",\"name\":\"b\",\"name\":\"c\"}]}");
    CHECK(book.schedules()[0].name == "c");
    CHECK_FALSE(book.schedules()[0].id.empty());
  }
}
