// SPDX-License-Identifier: MIT
// Random edits of random layouts, against a model that keeps the pieces of the text.
#include "loop/domain/schedule_book.h"

#include "sim/sim_random.hpp"
#include "support/catch.hpp"

#include <boost/json.hpp>

#include <algorithm>

using namespace loop;
namespace json = boost::json;

namespace {

constexpr std::uint64_t kSeed = 20251101;

struct Member {
  std::string key;
  std::string value;  // as it is spelled
};

// Writes a file of schedules with white space drawn at random, or in one consistent style.
class FileMaker {
 public:
  explicit FileMaker(sim::SimRandom& random) : random_(random) {}

  std::vector<std::vector<Member>> make_schedules() {
    std::vector<std::vector<Member>> schedules(1 + random_.below(4));
    for (std::size_t i = 0; i < schedules.size(); ++i) {
      schedules[i].push_back({"id", "\"" + std::to_string(i) + "\""});
      for (const char* key : {"name", "timeInterval", "active", "x", "nextExecutionTime", "a\\\"b",
                              "mode", "selectedDays", "y"}) {
        if (random_.below(2) == 0) schedules[i].push_back({key, value()});
      }
      std::rotate(
          schedules[i].begin(),
          schedules[i].begin() + static_cast<std::ptrdiff_t>(random_.below(schedules[i].size())),
          schedules[i].end());
    }
    return schedules;
  }

  // The pieces of the text. The value of member m of schedule s is the piece values[s][m].
  struct File {
    std::vector<std::string> pieces;
    std::vector<std::vector<std::size_t>> values;

    std::string text() const {
      std::string joined;
      for (const std::string& piece : pieces) joined += piece;
      return joined;
    }
  };

  File make_file(const std::vector<std::vector<Member>>& schedules) {
    File file;
    const auto add = [&](std::string piece) { file.pieces.push_back(space() + piece + space()); };
    if (random_.below(4) == 0) file.pieces.push_back("\xef\xbb\xbf");
    add("{");
    if (random_.below(2) == 0) add("\"version\" : [1, {\"schedules\": []}],");
    add("\"schedules\"");
    add(":");
    add("[");
    for (std::size_t i = 0; i < schedules.size(); ++i) {
      if (i > 0) add(",");
      add("{");
      file.values.emplace_back();
      for (std::size_t j = 0; j < schedules[i].size(); ++j) {
        if (j > 0) add(",");
        add("\"" + schedules[i][j].key + "\"");
        add(":");
        file.values.back().push_back(file.pieces.size());
        file.pieces.push_back(schedules[i][j].value);
      }
      add("}");
    }
    add("]");
    if (random_.below(2) == 0) add(", \"tail\": \"\\ud800\"");
    add("}");
    return file;
  }

  std::string value() {
    static const std::vector<std::string> kValues = {
        "\"10\"",
        "10",
        "1e400",
        "12345678901234567890",
        "null",
        "true",
        "false",
        "\"\"",
        "{ }",
        "[\n]",
        "\"\\u00e9\\/\"",
        "\"\\ud83d\"",
        "[1, {\"a\" :\"}\"}]",
        "\"],}{\"",
    };
    return kValues[random_.below(kValues.size())];
  }

 private:
  std::string space() {
    static const std::vector<std::string> kSpaces = {"",   "",       "",       " ",
                                                     "\n", "\r\n\t", "\n    ", "\t"};
    return kSpaces[random_.below(kSpaces.size())];
  }

  sim::SimRandom& random_;
};

// A new value and how it is spelled when nothing but a container or null stood there.
struct NewValue {
  FieldValue value;
  std::string spelled;
};

NewValue new_value(sim::SimRandom& random) {
  const auto number = static_cast<std::int64_t>(1000 + random.below(1000));
  const std::string digits = std::to_string(number);
  switch (random.below(3)) {
    case 0: return {"t" + digits + "\n", "\"t" + digits + "\\n\""};
    case 1: return {JsonText{"[" + digits + "]"}, {}};
    default: return {"u\"" + digits, "\"u\\\"" + digits + "\""};
  }
}

json::object to_object(const std::vector<Member>& members) {
  json::object object;
  for (const Member& member : members) {
    // The model's parser knows neither lone surrogates nor numbers without end.
    const bool is_foreign = member.value == "1e400" || member.value == "\"\\ud83d\"";
    object[json::parse("\"" + member.key + "\"").as_string()] =
        is_foreign ? json::value("foreign") : json::parse(member.value);
  }
  return object;
}

json::object parse_object(std::string text) {
  for (const std::string foreign : {"1e400", "\"\\ud83d\""}) {
    for (std::size_t at = 0; (at = text.find(foreign, at)) != std::string::npos;) {
      text.replace(at, foreign.size(), "\"foreign\"");
    }
  }
  return json::parse(text).as_object();
}

std::string decoded(const std::string& key) {
  return json::value_to<std::string>(json::parse("\"" + key + "\""));
}

}  // namespace

TEST_CASE("changing values replaces the tokens of those values and nothing else") {
  sim::SimRandom random(kSeed);
  FileMaker maker(random);
  for (int round = 0; round < 3000; ++round) {
    const auto schedules = maker.make_schedules();
    auto file = maker.make_file(schedules);
    const std::string before = file.text();
    INFO("seed " << kSeed << ", round " << round << ": " << before);
    const auto book = ScheduleBook::parse(before);
    REQUIRE(book);

    const std::size_t which = random.below(schedules.size());
    std::vector<FieldChange> changes;
    for (std::size_t j = 0; j < schedules[which].size(); ++j) {
      if (schedules[which][j].key == "id" || random.below(2) == 0) continue;
      NewValue wanted = new_value(random);
      while (wanted.spelled.empty()) wanted = new_value(random);
      changes.push_back({decoded(schedules[which][j].key), wanted.value});
      file.pieces[file.values[which][j]] = wanted.spelled;
    }

    const auto after = book->with_changes(ScheduleId{std::to_string(which)}, changes);

    REQUIRE(after);
    REQUIRE(*after == file.text());
  }
}

TEST_CASE("adding and removing keys keeps every other byte of the file and every other value") {
  sim::SimRandom random(kSeed + 1);
  FileMaker maker(random);
  for (int round = 0; round < 3000; ++round) {
    auto schedules = maker.make_schedules();
    const std::string before = maker.make_file(schedules).text();
    INFO("seed " << kSeed + 1 << ", round " << round << ": " << before);
    const auto book = ScheduleBook::parse(before);
    REQUIRE(book);
    const std::size_t which = random.below(schedules.size());
    const ScheduleId id{std::to_string(which)};
    const std::string old_object = *book->object_text(id);
    const std::size_t at = before.find(old_object);

    std::vector<FieldChange> changes;
    json::object expected = to_object(schedules[which]);
    for (const Member& member : schedules[which]) {
      if (member.key == "id" || random.below(2) == 0) continue;
      changes.push_back({decoded(member.key), std::nullopt});
      expected.erase(decoded(member.key));
    }
    for (const char* key : {"new1", "new2"}) {
      if (random.below(2) == 0) continue;
      changes.push_back({key, JsonText{"{\"n\":[1,{}]}"}});
      expected[key] = {{"n", {1, json::object{}}}};
    }
    if (random.below(2) == 0) {
      changes.push_back({"loop.note", "x"});
      expected["loop"] = {{"note", "x"}};
    }

    const auto after = book->with_changes(id, changes);

    REQUIRE(after);
    const auto new_book = ScheduleBook::parse(*after);
    REQUIRE(new_book);
    const std::string new_object = *new_book->object_text(id);
    CHECK(parse_object(new_object) == expected);
    REQUIRE(*after == before.substr(0, at) + new_object + before.substr(at + old_object.size()));
    // Undoing the additions and doing nothing are exact as well.
    CHECK(*new_book->with_changes(id, std::vector<FieldChange>{}) == *after);
  }
}

TEST_CASE("adding a schedule and removing it again gives the same schedules") {
  sim::SimRandom random(kSeed + 2);
  FileMaker maker(random);
  const std::vector<FieldChange> fields = {{"id", "new"}, {"name", "n"}, {"loop.note", "x"}};
  for (int round = 0; round < 3000; ++round) {
    const auto schedules = maker.make_schedules();
    const std::string before = maker.make_file(schedules).text();
    INFO("seed " << kSeed + 2 << ", round " << round << ": " << before);
    const auto book = ScheduleBook::parse(before);
    REQUIRE(book);

    const auto with = book->with_new_schedule(fields);
    REQUIRE(with);
    const auto larger = ScheduleBook::parse(*with);
    if (!larger) UNSCOPED_INFO(larger.error().message() << "\n" << *with);
    REQUIRE(larger);
    CHECK(larger->schedules().size() == schedules.size() + 1);
    CHECK(parse_object(*larger->object_text(ScheduleId{"new"})) ==
          json::parse(R"({"id":"new","name":"n","loop":{"note":"x"}})"));
    const auto without = larger->without_schedule(ScheduleId{"new"});
    REQUIRE(*without == before);

    const std::size_t which = random.below(schedules.size());
    const auto smaller =
        ScheduleBook::parse(*book->without_schedule(ScheduleId{std::to_string(which)}));
    REQUIRE(smaller);
    REQUIRE(smaller->schedules().size() == schedules.size() - 1);
    for (std::size_t i = 0; i < schedules.size(); ++i) {
      const ScheduleId id{std::to_string(i)};
      if (i == which) continue;
      CHECK(*smaller->object_text(id) == *book->object_text(id));
    }
  }
}
