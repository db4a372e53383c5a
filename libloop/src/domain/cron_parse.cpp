// SPDX-License-Identifier: MIT
// Reading cron expressions.
#include "loop/domain/cron.h"

#include "loop/base/text.h"

#include "domain/cron_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace loop {

namespace {

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays{"sun", "mon", "tue", "wed",
                                                    "thu", "fri", "sat"};
constexpr CronFieldSpec kSecond{"second", 0, 59};
constexpr CronFieldSpec kMinute{"minute", 0, 59};
constexpr CronFieldSpec kHour{"hour", 0, 23};
constexpr CronFieldSpec kDayOfMonth{"day of month", 1, 31};
constexpr CronFieldSpec kDaysBeforeLast{"day of month, n of L-n", 1, 30};
constexpr CronFieldSpec kMonth{"month", 1, 12, kMonths};
constexpr CronFieldSpec kDayOfWeek{"day of week", 0, 7, kWeekdays};
constexpr CronFieldSpec kWeekInMonth{"day of week, n of day#n", 1, 5};

constexpr std::size_t kTextBytesMax = 256;
constexpr Duration kEveryMin = std::chrono::minutes{1};
constexpr std::string_view kEvery = "@every";
constexpr std::string_view kNames =
    "@yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly, @every <duration>";

std::optional<std::string_view> fields_of_name(std::string_view name) {
  if (name == "@yearly" || name == "@annually") return "0 0 1 1 *";
  if (name == "@monthly") return "0 0 1 * *";
  if (name == "@weekly") return "0 0 * * 0";
  if (name == "@daily" || name == "@midnight") return "0 0 * * *";
  if (name == "@hourly") return "0 * * * *";
  return std::nullopt;
}

Error refuse(std::string_view text, std::string_view why) {
  return Error(Errc::invalid_argument,
               fmt::format("\"{}\" {}", to_single_line(to_valid_utf8(text)), why));
}

Result<Duration> parse_every(std::string_view text) {
  LOOP_TRY(const Duration every, parse_duration(trim(text.substr(kEvery.size()))));
  if (every < kEveryMin) return refuse(text, "is too often; allowed: @every 1m and longer");
  return every;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::string_view rest = trim(text); !rest.empty(); rest = trim(rest)) {
    words.push_back(rest.substr(0, rest.find_first_of(" \t")));
    rest.remove_prefix(words.back().size());
  }
  return words;
}

bool starts_with_star(std::string_view field) {
  return field.starts_with('*') || field.starts_with('?');
}

}  // namespace

Result<CronExpression> CronExpression::parse(std::string_view given) {
  const std::string_view text = trim(given);
  if (text.size() > kTextBytesMax) {
    return Error(
        Errc::invalid_argument,
        fmt::format("a cron expression has {} bytes; the limit is {}", text.size(), kTextBytesMax));
  }
  CronExpression cron;
  cron.text_ = text;
  const std::string name = to_lower(text);
  if (name.starts_with(kEvery)) {
    LOOP_TRY(cron.every_, parse_every(text));
    return cron;
  }
  const auto fields = fields_of_name(name);
  if (text.starts_with('@') && !fields) {
    return refuse(text, fmt::format("is not known; allowed: {}", kNames));
  }
  LOOP_TRY_VOID(cron.read_fields(fields.value_or(text)));
  const LocalDay any_day{};
  if (!cron.next_day(any_day)) return refuse(text, "never matches: there is no such day");
  return cron;
}

Status CronExpression::read_fields(std::string_view text) {
  std::vector<std::string_view> fields = words_of(text);
  if (fields.size() == 5) fields.insert(fields.begin(), "0");
  if (fields.size() != 6) {
    return refuse(text, fmt::format("has {} fields; allowed: 5 (minute hour day-of-month month "
                                    "day-of-week), 6 with leading seconds, or one of {}",
                                    fields.size(), kNames));
  }
  LOOP_TRY(seconds_, parse_cron_list(fields[0], kSecond));
  LOOP_TRY(minutes_, parse_cron_list(fields[1], kMinute));
  LOOP_TRY(hours_, parse_cron_list(fields[2], kHour));
  LOOP_TRY_VOID(read_day_of_month(fields[3]));
  LOOP_TRY(months_, parse_cron_list(fields[4], kMonth));
  LOOP_TRY_VOID(read_day_of_week(fields[5]));
  by_elapsed_time_ = starts_with_star(fields[2]);
  any_day_of_month_ = starts_with_star(fields[3]);
  any_day_of_week_ = starts_with_star(fields[5]);
  return {};
}

Status CronExpression::read_day_of_month(std::string_view field) {
  using Kind = DayOfMonthRule::Kind;
  for (const std::string_view item : split(field, ',')) {
    const std::string word = to_lower(item);
    if (word == "l") {
      day_of_month_rules_.push_back({Kind::last, 0});
    } else if (word == "lw" || word == "wl") {
      day_of_month_rules_.push_back({Kind::last_weekday, 0});
    } else if (word.starts_with("l-")) {
      LOOP_TRY(const int before, parse_cron_value(item.substr(2), kDaysBeforeLast));
      day_of_month_rules_.push_back({Kind::last, before});
    } else if (word.ends_with('w')) {
      LOOP_TRY(const int day, parse_cron_value(item.substr(0, item.size() - 1), kDayOfMonth));
      day_of_month_rules_.push_back({Kind::nearest_weekday, day});
    } else {
      LOOP_TRY(const std::uint64_t days, parse_cron_item(item, kDayOfMonth));
      days_of_month_ |= days;
    }
  }
  return {};
}

Status CronExpression::read_day_of_week(std::string_view field) {
  constexpr int kDays = 7;  // both 0 and 7 are Sunday
  for (const std::string_view item : split(field, ',')) {
    const std::size_t hash = item.find('#');
    if (hash != std::string_view::npos) {
      LOOP_TRY(const int day, parse_cron_value(item.substr(0, hash), kDayOfWeek));
      LOOP_TRY(const int nth, parse_cron_value(item.substr(hash + 1), kWeekInMonth));
      day_of_week_rules_.push_back({day % kDays, nth});
    } else if (to_lower(item).ends_with('l')) {
      LOOP_TRY(const int day, parse_cron_value(item.substr(0, item.size() - 1), kDayOfWeek));
      day_of_week_rules_.push_back({day % kDays, 0});
    } else {
      LOOP_TRY(const std::uint64_t days, parse_cron_item(item, kDayOfWeek));
      days_of_week_ |= days | (days >> kDays);
    }
  }
  return {};
}

}  // namespace loop
