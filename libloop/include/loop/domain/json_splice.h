// SPDX-License-Identifier: MIT
// Setting one member of somebody's JSON file, which may have comments and trailing commas, so that
// every other byte stays.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "loop/base/result.h"

namespace loop {

// Keys from the outermost object inwards; not empty.
using JsonPath = std::vector<std::string>;

// The value there; nothing when it or an object on the way is missing. invalid_data naming line and
// column for what is no JSON, or where something on the way is no object. An empty text is "{}".
Result<std::optional<boost::json::value>> find_json_member(std::string_view text,
                                                           const JsonPath& path);

// The text with the member set: replaced where it is, else put behind the last member of its
// object, in the indentation of the file; missing objects on the way are made. Errors as above.
Result<std::string> put_json_member(std::string_view text, const JsonPath& path,
                                    const boost::json::value& value);

}  // namespace loop
