// SPDX-License-Identifier: MIT
// Reading one field of a cron expression: ranges, steps and names.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "loop/base/result.h"

namespace loop {

struct CronFieldSpec {
  std::string_view name;  // for messages: "minute"
  int min = 0;
  int max = 59;
  std::span<const std::string_view> words = {};  // names of the values from `min` on
};

// A number or a name of this field; invalid_argument says what is allowed.
Result<int> parse_cron_value(std::string_view text, const CronFieldSpec& spec);

// One item of a list: `*`, `?`, `a`, `a-b`, each with `/step`. Bit n is set for the value n.
Result<std::uint64_t> parse_cron_item(std::string_view item, const CronFieldSpec& spec);

// Items separated by commas.
Result<std::uint64_t> parse_cron_list(std::string_view field, const CronFieldSpec& spec);

}  // namespace loop
