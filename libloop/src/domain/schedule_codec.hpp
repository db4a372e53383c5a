// SPDX-License-Identifier: MIT
// The fields of a schedule object as they stand in the file, and what they mean.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loop/domain/schedule.h"

#include "domain/json_tokens.hpp"

namespace loop {

// One JSON value. Between a scanner that knows positions and the decoder that knows meanings.
struct RawField {
  enum class Kind { string, number, boolean, null, object, array };
  Kind kind = Kind::null;
  // The decoded string; else the JSON text itself ("1e1", "true", "{...}"). Lives as long as the
  // text that was read and the object it is of.
  std::string_view text;
};

// The members of a JSON object, in the order of the file. Of a duplicate key the last one counts,
// as in JavaScript. Strings are copied only where an escape has to be decoded.
class RawObject {
 public:
  using Member = std::pair<std::string_view, RawField>;

  RawObject() = default;
  RawObject(RawObject&&) = default;
  RawObject& operator=(RawObject&&) = default;
  RawObject(const RawObject&) = delete;
  RawObject& operator=(const RawObject&) = delete;

  // The object that stands at `node` of `text`; anything else has no members.
  static RawObject read(std::string_view text, const JsonTokens& tokens, std::uint32_t node);

  // The last member of that key; null counts as absent.
  const RawField* find(std::string_view key) const;
  // Whether a key may be in snake_case.
  bool has_underscore() const { return has_underscore_; }

  auto begin() const { return members_.begin(); }
  auto end() const { return members_.end(); }

 private:
  std::string_view string_of(std::string_view token);

  std::vector<Member> members_;
  std::list<std::string> decoded_;  // strings that had escapes
  bool has_underscore_ = false;
};

// Never fails: a schedule with a bad value is `invalid`, an odd one has warnings. `position` stays
// 0.
Schedule decode_schedule(const RawObject& fields);

// The members of one JSON object, whose text has to outlive them; strings are decoded, a lone
// surrogate as U+FFFD. invalid_data naming the position when the text is no JSON object.
Result<RawObject> read_raw_object(std::string_view json);

}  // namespace loop
