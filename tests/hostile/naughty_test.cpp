// SPDX-License-Identifier: MIT
// Any text in any field of any tool: refused by the field's name, or kept; and files stay whole.
#include <algorithm>
#include <functional>

#include "hostile/naughty_strings.hpp"
#include "hostile/text_argument.hpp"
#include "loop/base/text.h"
#include "loop/domain/memory_book.h"
#include "loop/domain/schedule_book.h"
#include "loop/engine/journal.h"
#include "loop/store/layout.h"
#include "ops/operations_fixture.hpp"

using namespace loop;
using namespace loop::test;
namespace json = boost::json;

namespace {

std::string shown_text(const std::string& text) {
  return json::serialize(json::value(ellipsize(to_valid_utf8(text), 60)));
}

void check_time_table(const std::string& file) {
  for (const std::string_view line : split_lines(file)) {
    INFO(line);
    CHECK(split(line, '\t').size() == 9);
    CHECK(std::ranges::none_of(line, [](char c) { return c != '\t' && c > 0 && c < 0x20; }));
  }
}

void check_memory(const std::string& file) {
  if (file.empty()) return;
  const MemoryText memory = parse_memory(file);
  CHECK(memory.line_count <= kMemoryLinesMax);
  CHECK(memory.findings.empty());
  for (const char* title : {"# Non-Obvious Implementation Patterns\n",
                            "# Development & Debug Commands\n", "# System Updates & Status\n"}) {
    const std::string heading = std::string("\n") + title;
    const std::string whole = "\n" + file;
    CHECK(whole.find(heading) != std::string::npos);
  }
}

// The files that several programs read, as they are written.
void check_files(const sim::World& world) {
  check_time_table(world.file(layout::timing().str()));
  check_memory(world.file(layout::memory().str()));
  const std::string schedules = world.file(layout::schedules().str());
  if (!schedules.empty()) {
    CHECK(ScheduleBook::parse(schedules).has_value());
    json::error_code failure;
    json::parse(schedules, failure);
    CHECK_FALSE(failure);
  }
  const std::string journal = world.file(layout::journal().str());
  for (const std::string_view line : split_lines(journal)) {
    INFO(line);
    CHECK(parse_entry(line).has_value());
  }
}

// What a refusal of a form has to name, and what came in.
bool names_field(const Error& error, const TextArgument& argument) {
  std::string name = argument.field.name;
  if (name.starts_with("loop.")) name = name.substr(5);
  const std::string& message = error.message();
  // The bytes of an object as a whole are looked at before its members are.
  const bool names_object = message.find(argument.place[0]) != std::string::npos &&
                            message.find("UTF-8") != std::string::npos;
  return names_object || message.find(name) != std::string::npos;
}

struct Tally {
  std::size_t calls = 0, refused = 0;
};

void try_text(OperationsFixture& fixture, const TextArgument& argument, const std::string& text,
              Tally& tally) {
  INFO(argument.shown() << " = " << shown_text(text));
  ++tally.calls;
  const auto answer =
      call_operation(fixture.context(), *argument.operation, argument.request_with(text));
  if (answer) {
    const std::string told = json::serialize(*answer);
    CHECK_FALSE(find_invalid_utf8(told));
    return;
  }
  ++tally.refused;
  CHECK_FALSE(find_invalid_utf8(answer.error().message()));
  if (answer.error().code() != Errc::invalid_argument) return;
  INFO(answer.error().message());
  CHECK(names_field(answer.error(), argument));
}

std::unique_ptr<OperationsFixture> workspace_for(const TextArgument& argument) {
  auto fixture = std::make_unique<OperationsFixture>();
  fixture->world.files.put("inside.txt", "inside\n");
  fixture->world.files.put("TODO.md", "- [ ] plan\n");
  if (argument.place[0] == "update_fields" || argument.place[0] == "schedule_id") {
    fixture->call("manage_schedules",
                  R"({"action":"create","schedule_data":{"name":"nightly","mode":"code",
                      "taskInstructions":"t","scheduleType":"manual"}})");
  }
  return fixture;
}

// How a text comes back from where it was written, and what it has to be.
struct RoundTrip {
  const char* name;
  std::function<Result<json::object>(OperationsFixture&, const std::string&)> write;
  std::function<std::string(OperationsFixture&)> read;
  std::function<std::string(const std::string&)> expected;
};

std::string same(const std::string& text) { return text; }

Result<json::object> call_with(OperationsFixture& fixture, const char* operation,
                               const json::object& given) {
  return call_operation(fixture.context(), *find_operation(operation), given);
}

std::string text_at(const json::object& answer, std::string_view path) {
  return std::string(json::value(answer).at_pointer(path).as_string());
}

Result<json::object> create_schedule(OperationsFixture& fixture, const char* key,
                                     const std::string& text) {
  json::object data{
      {"name", "n"}, {"mode", "code"}, {"taskInstructions", "t"}, {"scheduleType", "manual"}};
  data[key] = text;
  return call_with(fixture, "manage_schedules", {{"action", "create"}, {"schedule_data", data}});
}

std::string schedule_text(OperationsFixture& fixture, const char* key) {
  const json::object told = fixture.call("get_schedule_status", R"({"format_output":false})");
  json::error_code absent;
  const json::value schedules = told.at("schedules");
  const json::value* value = schedules.find_pointer(std::string("/0/") + key, absent);
  return value == nullptr ? std::string() : std::string(value->as_string());
}

// Of a column: one line without blanks around it; at most 4096 bytes with the mark that it was cut.
std::string kept_in_column(const std::string& text) {
  return ellipsize(trim(to_single_line(text)), 4096 - std::string_view("…").size());
}

// A blank takes the field away.
std::string kept_unless_blank(const std::string& text) {
  return is_blank(text) ? std::string() : text;
}

std::vector<RoundTrip> round_trips() {
  return {
      {"a file's content",
       [](auto& fixture, const auto& text) {
         return call_with(fixture, "write_project_file", {{"file_path", "f"}, {"content", text}});
       },
       [](auto& fixture) {
         return text_at(fixture.call("read_project_file", R"({"file_path":"f"})"), "/content");
       },
       same},
      {"a task's description",
       [](auto& fixture, const auto& text) {
         return call_with(fixture, "track_task_time", {{"task_description", text}});
       },
       [](auto& fixture) {
         // An answer shortens long texts; the file does not.
         const std::string file = fixture.world.file(layout::timing().str());
         return std::string(split(split_lines(file).at(1), '\t').at(6));
       },
       [](const auto& text) { return kept_in_column(text); }},
      {"a schedule's instructions",
       [](auto& fixture, const auto& text) {
         return create_schedule(fixture, "taskInstructions", text);
       },
       [](auto& fixture) { return schedule_text(fixture, "taskInstructions"); }, same},
      {"a schedule's name",
       [](auto& fixture, const auto& text) { return create_schedule(fixture, "name", text); },
       [](auto& fixture) { return schedule_text(fixture, "name"); }, same},
      {"a schedule's note",
       [](auto& fixture, const auto& text) { return create_schedule(fixture, "loop.note", text); },
       [](auto& fixture) { return schedule_text(fixture, "loop/note"); }, kept_unless_blank},
  };
}

}  // namespace

TEST_CASE("any text in any field is refused by the field's name or kept, and files stay whole") {
  Tally tally;
  for (const TextArgument& argument : text_arguments()) {
    const auto fixture = workspace_for(argument);
    for (const std::string& text : naughty_strings()) try_text(*fixture, argument, text, tally);
    for (const std::string& text : ill_formed_strings()) try_text(*fixture, argument, text, tally);
    INFO(argument.shown());
    check_files(fixture->world);
  }
  CHECK(tally.refused > 0);
  CHECK(tally.refused < tally.calls);
  WARN(tally.calls << " calls, " << tally.refused << " refused");
}

TEST_CASE("what was written is read back equal") {
  for (const RoundTrip& trip : round_trips()) {
    std::size_t kept = 0;
    for (const std::string& text : naughty_strings()) {
      INFO(trip.name << ": " << shown_text(text));
      OperationsFixture fixture;
      if (!trip.write(fixture, text)) continue;
      ++kept;
      CHECK(trip.read(fixture) == trip.expected(text));
      check_files(fixture.world);
    }
    CAPTURE(trip.name);
    CHECK(kept > naughty_strings().size() / 2);
  }
}
