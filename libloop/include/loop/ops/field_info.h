// SPDX-License-Identifier: MIT
// What a field of a request or an answer is: the one description from which schema, options of the
// command line and documentation are made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace loop {

enum class FieldKind {
  text,
  choice,   // one of `words`
  flag,     // true or false
  integer,  // a whole number
  number,
  list,    // of `items[0]`
  object,  // with `fields`; any object when it has none
};

// How a text is read further; for people and as `format` of the schema.
enum class TextFormat {
  plain,
  path,     // relative to the workspace's root
  instant,  // RFC 3339, or a date
};

struct FieldInfo {
  std::string name;
  std::string meaning;  // one sentence without a full stop
  FieldKind kind = FieldKind::text;
  TextFormat format = TextFormat::plain;
  bool is_required = false;        // of a request
  bool is_always_given = false;    // of an answer
  bool is_told_in_list = false;    // name and type do not say it all
  std::string default_json;        // what holds when it is not given; empty: nothing
  std::vector<std::string> words;  // of a choice
  // Of a number: its value. Of a text: its length in characters. Of a list: its length.
  std::optional<std::int64_t> least, most;
  std::vector<FieldInfo> items;   // of a list: exactly one
  std::vector<FieldInfo> fields;  // of an object
};

}  // namespace loop
