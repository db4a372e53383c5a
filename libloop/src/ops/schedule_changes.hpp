// SPDX-License-Identifier: MIT
// The fields of a schedule in a request as changes of the file.
#pragma once

#include <vector>

#include "loop/domain/schedule_book.h"
#include "loop/ops/any_object.h"

namespace loop::ops {

// Not checked yet. A null removes the field; members of "loop" become fields of their own.
std::vector<FieldChange> changes_from(const AnyObject& fields);

}  // namespace loop::ops
