// SPDX-License-Identifier: MIT
// Cron fields.
#include "domain/cron_fields.hpp"

#include <fmt/format.h>

#include <charconv>

#include "loop/base/text.h"

namespace loop {

Error bad_cron_field(std::string_view text, const CronFieldSpec& spec) {
  return Error(Errc::invalid_argument,
               fmt::format("cron field {}: \"{}\" is not allowed; give {} to {}{}, *, lists (1,2), ranges (1-5) "
                           "or steps (*/2)",
                           spec.name, ellipsize(to_single_line(to_valid_utf8(text)), 40), spec.min, spec.max,
                           spec.words.empty() ? "" : ", names"));
}

Result<int> parse_cron_value(std::string_view text, const CronFieldSpec& spec) {
  for (std::size_t index = 0; index < spec.words.size(); ++index) {
    if (to_lower(text) == spec.words[index]) return spec.min + static_cast<int>(index);
  }
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = error == std::errc{} && end == text.data() + text.size() && text.front() != '-';
  if (!is_number || value < spec.min || value > spec.max) return bad_cron_field(text, spec);
  return value;
}

Status parse_cron_item(std::string_view item, const CronFieldSpec& spec, const std::function<void(int)>& set) {
  int step = 1;
  std::string_view range = item;
  const std::size_t slash = item.find('/');
  if (slash != std::string_view::npos) {
    const CronFieldSpec steps{spec.name, 1, spec.max, {}};
    LOOP_TRY(step, parse_cron_value(item.substr(slash + 1), steps));
    range = item.substr(0, slash);
  }
  int first = spec.min;
  int last = spec.max;
  if (range != "*" && range != "?") {
    const std::size_t dash = range.find('-');
    LOOP_TRY(first, parse_cron_value(range.substr(0, dash), spec));
    if (dash != std::string_view::npos) {
      LOOP_TRY(last, parse_cron_value(range.substr(dash + 1), spec));
    } else if (slash == std::string_view::npos) {
      last = first;  // "5/10" counts from 5 to the end
    }
  }
  if (first > last) return bad_cron_field(item, spec);
  for (int value = first; value <= last; value += step) set(value);
  return {};
}

}  // namespace loop
