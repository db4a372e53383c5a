// SPDX-License-Identifier: MIT
// Cron fields.
#include "domain/cron_fields.hpp"

#include "loop/base/text.h"

#include <fmt/format.h>

#include <charconv>

namespace loop {

namespace {

constexpr std::size_t kShownBytesMax = 40;
constexpr int kSundayAtTheEnd = 7;

Error bad_field(std::string_view text, const CronFieldSpec& spec) {
  return Error(
      Errc::invalid_argument,
      fmt::format("cron field {}: \"{}\" is not allowed; allowed: {} to {}{}, *, lists (1,2), "
                  "ranges (1-5) and steps (*/2)",
                  spec.name, ellipsize(to_single_line(to_valid_utf8(text)), kShownBytesMax),
                  spec.min, spec.max, spec.words.empty() ? "" : ", names"));
}

}  // namespace

Result<int> parse_cron_value(std::string_view text, const CronFieldSpec& spec) {
  const std::string word = to_lower(text.substr(0, kShownBytesMax));
  for (std::size_t index = 0; index < spec.words.size(); ++index) {
    if (word == spec.words[index]) return spec.min + static_cast<int>(index);
  }
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  const bool is_allowed = is_number && text.front() != '-' && value >= spec.min;
  if (!is_allowed || value > spec.max) return bad_field(text, spec);
  return value;
}

Result<std::uint64_t> parse_cron_item(std::string_view item, const CronFieldSpec& spec) {
  int step = 1;
  const std::size_t slash = item.find('/');
  const bool has_step = slash != std::string_view::npos;
  if (has_step) {
    LOOP_TRY(step, parse_cron_value(item.substr(slash + 1), {spec.name, 1, spec.max}));
  }
  const std::string_view range = item.substr(0, slash);
  int first = spec.min;
  int last = spec.max;
  if (range != "*" && range != "?") {
    const std::size_t dash = range.find('-');
    LOOP_TRY(first, parse_cron_value(range.substr(0, dash), spec));
    if (dash != std::string_view::npos) {
      LOOP_TRY(last, parse_cron_value(range.substr(dash + 1), spec));
      if (last == 0 && spec.max == kSundayAtTheEnd) last = kSundayAtTheEnd;  // "MON-SUN"
    } else if (!has_step) {
      last = first;  // while "5/10" counts from 5 to the end
    }
  }
  if (first > last) return bad_field(item, spec);
  std::uint64_t values = 0;
  for (int value = first; value <= last; value += step) values |= std::uint64_t{1} << value;
  return values;
}

Result<std::uint64_t> parse_cron_list(std::string_view field, const CronFieldSpec& spec) {
  std::uint64_t values = 0;
  for (const std::string_view item : split(field, ',')) {
    LOOP_TRY(const std::uint64_t some, parse_cron_item(item, spec));
    values |= some;
  }
  return values;
}

}  // namespace loop
