// SPDX-License-Identifier: MIT
// Fields that hold more than one thing: days, lists and environment variables.
#pragma once

#include <optional>
#include <string>

#include "loop/domain/schedule_book.h"
#include "loop/domain/schedule_fields.h"

namespace loop {

// The compact JSON for a value of type days, words, stages or variables, from either JSON or the
// form of the command line. Nothing when the list is empty. The error's message is the part of the
// value that is not allowed.
Result<std::optional<std::string>> list_as_json(FieldType type, const FieldValue& value);

}  // namespace loop
