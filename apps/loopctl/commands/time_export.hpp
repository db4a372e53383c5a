// SPDX-License-Identifier: MIT
// Time entries in the forms of `loopctl time export`.
#pragma once

#include <span>
#include <string>

#include <boost/json.hpp>

#include "loop/domain/time_ledger.h"

namespace loopctl {

boost::json::object to_json(const loop::TimeEntry& entry);

// One line an entry below a line of names. Tabs and line breaks in a TSV field become spaces.
std::string to_tsv(std::span<const loop::TimeEntry> entries);
// RFC 4180. A field that a spreadsheet would take for a formula gets a leading apostrophe.
std::string to_csv(std::span<const loop::TimeEntry> entries);

}  // namespace loopctl
