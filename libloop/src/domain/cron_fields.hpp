// SPDX-License-Identifier: MIT
// Reading one field of a cron expression: lists, ranges, steps and names.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "loop/base/result.h"

namespace loop {

struct CronFieldSpec {
  std::string_view name;  // for messages: "minute"
  int min = 0;
  int max = 59;
  std::span<const std::string_view> words;  // names of the values from `min` on; empty for none
};

// A number or a name of this field; invalid_argument says what is allowed.
Result<int> parse_cron_value(std::string_view text, const CronFieldSpec& spec);

// `*`, `?`, `a`, `a-b`, each with `/step`: calls `set` for every value. One item of a list.
Status parse_cron_item(std::string_view item, const CronFieldSpec& spec, const std::function<void(int)>& set);

Error bad_cron_field(std::string_view text, const CronFieldSpec& spec);

}  // namespace loop
