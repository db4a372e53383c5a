// SPDX-License-Identifier: MIT
// One version of schedules.json: its schedules, and edits that change only the bytes they must.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "loop/domain/schedule.h"

namespace loop {

// A value to be written for a key. A string replacing a number that it spells stays a number, and
// the reverse: a changed value keeps its JSON type. `JsonText` is written as it is (objects).
struct JsonText {
  std::string text;
};
using FieldValue = std::variant<std::string, bool, std::int64_t, JsonText>;

// A key in camelCase ("timeInterval"), or one in the extension object ("loop.timezone"). A schedule
// that has only snake_case keys gets snake_case. nullopt removes the key.
struct FieldChange {
  std::string key;
  std::optional<FieldValue> value;
};

class ScheduleBook {
 public:
  // invalid_data with line and column when it is no JSON, or has no array "schedules". Accepts a
  // BOM, tabs, CRLF, unknown keys, duplicate keys (the last counts), numbers of any size and lone
  // surrogate escapes. Depth at most 64. An empty text is invalid.
  static Result<ScheduleBook> parse(std::string bytes);

  // The bytes of a file with no schedules.
  static std::string empty_text();

  const std::string& bytes() const { return bytes_; }
  std::span<const Schedule> schedules() const { return schedules_; }
  const Schedule* find(const ScheduleId& id) const;  // the first match, never a duplicate

  // By id, else by exact name, else nothing; `limit_reached` never: two schedules of one name give
  // `conflict`, naming their ids.
  Result<const Schedule*> find_by_id_or_name(std::string_view id_or_name) const;

  // The whole new text. Untouched bytes stay; equal values change nothing, so that a no-op gives
  // identical bytes. not_found for an unknown id.
  Result<std::string> with_changes(const ScheduleId& id,
                                   std::span<const FieldChange> changes) const;

  // Appends a schedule, printed as JSON.stringify(…, 2) would in the file's own indentation. The
  // fields are written in their order. already_exists when the id is taken.
  Result<std::string> with_new_schedule(std::span<const FieldChange> fields) const;

  Result<std::string> without_schedule(const ScheduleId& id) const;

  // The bytes of one schedule object as they stand in the file.
  Result<std::string> object_text(const ScheduleId& id) const;
  // The same of one of this book's schedules, for those whose id leads to another or nowhere.
  std::string object_text(const Schedule& schedule) const;
  // The line of the file, from 1, where one of this book's schedules begins.
  std::size_t line_of(const Schedule& schedule) const;

 private:
  struct Tree;  // positions of the tokens
  ScheduleBook();

  std::string bytes_;
  std::vector<Schedule> schedules_;
  std::shared_ptr<const Tree> tree_;
};

// The checks of values that people and agents give, before anything is written: names the field,
// the value and what is allowed. Takes keys in either style, and a whole object "loop" as its
// members. Returns the changes with keys and values normalised; each key may be given once.
Result<std::vector<FieldChange>> check_fields(std::vector<FieldChange> fields);

}  // namespace loop
