// SPDX-License-Identifier: MIT
// The checks of single values and the wording of what is wrong with them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "loop/base/result.h"
#include "loop/base/time.h"

namespace loop::ops {

// All are invalid_argument. `path` is the field's: "schedule_data.days[2]".
Error missing_field(const std::string& path, std::string_view meaning);
Error wrong_type(const std::string& path, const boost::json::value& given, std::string_view wanted);
Error wrong_word(const std::string& path, const boost::json::value& given,
                 const std::vector<std::string>& allowed);

// Every name of `json` is one of `known`.
Status check_names(const boost::json::object& json, const std::string& path,
                   const std::vector<std::string>& known);
Status check_length(const std::string& path, std::string_view unit, std::size_t length,
                    std::optional<std::int64_t> least, std::optional<std::int64_t> most);

// Programs that embed the library may hand in any bytes.
Status check_utf8(const std::string& path, std::string_view text);

// 5 and 5.0 are whole numbers, as in JSON Schema.
Result<std::int64_t> whole_number(const std::string& path, const boost::json::value& given,
                                  std::optional<std::int64_t> least,
                                  std::optional<std::int64_t> most);
Result<double> real_number(const std::string& path, const boost::json::value& given,
                           std::optional<std::int64_t> least, std::optional<std::int64_t> most);
// Lengths in characters (code points), as in JSON Schema.
Result<std::string> text_value(const std::string& path, const boost::json::value& given,
                               std::optional<std::int64_t> least, std::optional<std::int64_t> most);
// RFC 3339, or a date, which means its midnight in UTC.
Result<Instant> instant_value(const std::string& path, const boost::json::value& given);

}  // namespace loop::ops
