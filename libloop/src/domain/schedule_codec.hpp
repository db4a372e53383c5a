// SPDX-License-Identifier: MIT
// The fields of a schedule object as they stand in the file, and what they mean.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loop/domain/schedule.h"

namespace loop {

// One JSON value. Between a scanner that knows positions and the decoder that knows meanings.
struct RawField {
  enum class Kind { string, number, boolean, null, object, array };
  Kind kind = Kind::null;
  std::string text;  // the decoded string; else the JSON text itself ("1e1", "true", "{...}")
};

// In the order of the file. Of a duplicate key the last one counts, as in JavaScript.
using RawObject = std::vector<std::pair<std::string, RawField>>;

// Never fails: a schedule with a bad value is `invalid`, an odd one has warnings. `position` stays
// 0.
Schedule decode_schedule(const RawObject& fields);

// The members of one JSON object; their strings decoded, a lone surrogate as U+FFFD. invalid_data
// naming the position when the text is no JSON object.
Result<RawObject> read_raw_object(std::string_view json);

}  // namespace loop
