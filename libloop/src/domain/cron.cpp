// SPDX-License-Identifier: MIT
// Cron expressions: parsing and the next match.
#include "loop/domain/cron.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/cron_fields.hpp"
#include "loop/base/text.h"

namespace loop {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 8> kWeekdays{"sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr CronFieldSpec kSecond{"second", 0, 59, {}};
constexpr CronFieldSpec kMinute{"minute", 0, 59, {}};
constexpr CronFieldSpec kHour{"hour", 0, 23, {}};
constexpr CronFieldSpec kDayOfMonth{"day of month", 1, 31, {}};
constexpr CronFieldSpec kMonth{"month", 1, 12, kMonths};
constexpr CronFieldSpec kDayOfWeek{"day of week", 0, 7, kWeekdays};

constexpr days kSearchMax{366 * 9};         // a leap day over the year 2100 is 8 years away
constexpr days kCalendarCycle{146097};      // 400 years: after them the calendar repeats
constexpr std::size_t kTextBytesMax = 256;

struct Shorthand {
  std::string_view name, fields;
};
constexpr std::array<Shorthand, 7> kShorthands{{{"@yearly", "0 0 1 1 *"},
                                                {"@annually", "0 0 1 1 *"},
                                                {"@monthly", "0 0 1 * *"},
                                                {"@weekly", "0 0 * * 0"},
                                                {"@daily", "0 0 * * *"},
                                                {"@midnight", "0 0 * * *"},
                                                {"@hourly", "0 * * * *"}}};

int last_day_of(year_month_day date) {
  return static_cast<int>(static_cast<unsigned>((date.year() / date.month() / std::chrono::last).day()));
}

int weekday_of(year_month_day date) {
  return static_cast<int>(std::chrono::weekday{std::chrono::sys_days{date}}.c_encoding());
}

// The weekday (Mon-Fri) nearest to `day`, inside its month.
int nearest_weekday(year_month_day date, int day) {
  const year_month_day wanted{date.year(), date.month(), std::chrono::day{static_cast<unsigned>(day)}};
  const int last = last_day_of(date);
  switch (weekday_of(wanted)) {
    case 6: return day == 1 ? 3 : day - 1;
    case 0: return day == last ? day - 2 : day + 1;
    default: return day;
  }
}

bool starts_free(std::string_view field) { return field.starts_with('*') || field.starts_with('?'); }

template <std::size_t N>
Status read_field(std::string_view field, const CronFieldSpec& spec, std::bitset<N>& into) {
  for (const std::string_view item : split(field, ',')) {
    LOOP_TRY_VOID(parse_cron_item(item, spec, [&](int value) { into.set(static_cast<std::size_t>(value)); }));
  }
  return {};
}

}  // namespace

Result<CronExpression> CronExpression::parse(std::string_view given) {
  const std::string_view text = trim(given);
  if (text.size() > kTextBytesMax) return Error(Errc::too_large, "a cron expression is longer than 256 bytes");
  CronExpression cron;
  cron.text_ = text;
  if (text.starts_with("@every ") || text.starts_with("@every\t")) {
    LOOP_TRY(const Duration every, parse_duration(trim(text.substr(7))));
    if (every < minutes{1}) return Error(Errc::invalid_argument, "@every needs at least 1m");
    cron.every_ = every;
    return cron;
  }
  std::string_view fields_text = text;
  if (text.starts_with('@')) {
    const std::string name = to_lower(text);
    const auto known = std::find_if(kShorthands.begin(), kShorthands.end(),
                                    [&](const Shorthand& one) { return one.name == name; });
    if (known == kShorthands.end()) {
      return Error(Errc::invalid_argument,
                   fmt::format("\"{}\" is not one of @yearly, @monthly, @weekly, @daily, @hourly, @every <duration>",
                               to_single_line(to_valid_utf8(text))));
    }
    fields_text = known->fields;
  }
  std::vector<std::string_view> fields;
  for (std::string_view rest = fields_text; !(rest = trim(rest)).empty();) {
    const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
    fields.push_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  if (fields.size() == 5) fields.insert(fields.begin(), "0");
  if (fields.size() != 6) {
    return Error(Errc::invalid_argument,
                 fmt::format("\"{}\" has {} fields; a cron expression has 5 (minute hour day-of-month month "
                             "day-of-week), or 6 with leading seconds",
                             to_single_line(to_valid_utf8(text)), fields.size()));
  }
  LOOP_TRY_VOID(read_field(fields[0], kSecond, cron.seconds_));
  LOOP_TRY_VOID(read_field(fields[1], kMinute, cron.minutes_));
  LOOP_TRY_VOID(read_field(fields[2], kHour, cron.hours_));
  LOOP_TRY_VOID(cron.read_day_of_month(fields[3]));
  LOOP_TRY_VOID(read_field(fields[4], kMonth, cron.months_));
  LOOP_TRY_VOID(cron.read_day_of_week(fields[5]));
  cron.any_day_of_month_ = starts_free(fields[3]);
  cron.any_day_of_week_ = starts_free(fields[5]);
  cron.by_elapsed_time_ = starts_free(fields[2]);
  if (cron.is_impossible()) {
    return Error(Errc::invalid_argument,
                 fmt::format("\"{}\" never matches: there is no such day", to_single_line(to_valid_utf8(text))));
  }
  return cron;
}

Status CronExpression::read_day_of_month(std::string_view field) {
  for (const std::string_view item : split(field, ',')) {
    const std::string upper = to_lower(item);
    if (upper == "lw" || upper == "wl") {
      day_of_month_rules_.push_back({DayOfMonthRule::Kind::last_weekday, 0});
    } else if (upper == "l") {
      day_of_month_rules_.push_back({DayOfMonthRule::Kind::last, 0});
    } else if (upper.starts_with("l-")) {
      const CronFieldSpec before{"day of month (L-n)", 1, 30, {}};
      LOOP_TRY(const int number, parse_cron_value(item.substr(2), before));
      day_of_month_rules_.push_back({DayOfMonthRule::Kind::last, number});
    } else if (upper.size() > 1 && upper.back() == 'w') {
      LOOP_TRY(const int number, parse_cron_value(item.substr(0, item.size() - 1), kDayOfMonth));
      day_of_month_rules_.push_back({DayOfMonthRule::Kind::nearest_weekday, number});
    } else {
      LOOP_TRY_VOID(read_field(item, kDayOfMonth, days_of_month_));
    }
  }
  return {};
}

Status CronExpression::read_day_of_week(std::string_view field) {
  for (const std::string_view item : split(field, ',')) {
    const std::size_t hash = item.find('#');
    if (hash != std::string_view::npos) {
      const CronFieldSpec nth{"day of week (day#n)", 1, 5, {}};
      LOOP_TRY(const int day, parse_cron_value(item.substr(0, hash), kDayOfWeek));
      LOOP_TRY(const int number, parse_cron_value(item.substr(hash + 1), nth));
      day_of_week_rules_.push_back({day % 7, number});
    } else if (item.size() > 1 && (item.back() == 'L' || item.back() == 'l')) {
      LOOP_TRY(const int day, parse_cron_value(item.substr(0, item.size() - 1), kDayOfWeek));
      day_of_week_rules_.push_back({day % 7, 0});
    } else {
      LOOP_TRY_VOID(parse_cron_item(item, kDayOfWeek, [&](int value) {
        days_of_week_.set(static_cast<std::size_t>(value % 7));
      }));
    }
  }
  return {};
}

bool CronExpression::matches_day(year_month_day date) const {
  if (!months_.test(static_cast<unsigned>(date.month()))) return false;
  const int day = static_cast<int>(static_cast<unsigned>(date.day()));
  const int last = last_day_of(date);
  const int weekday = weekday_of(date);
  const bool in_month =
      days_of_month_.test(static_cast<std::size_t>(day)) ||
      std::any_of(day_of_month_rules_.begin(), day_of_month_rules_.end(), [&](const DayOfMonthRule& rule) {
        switch (rule.kind) {
          case DayOfMonthRule::Kind::last: return day == last - rule.number;
          case DayOfMonthRule::Kind::last_weekday: return day == nearest_weekday(date, last);
          case DayOfMonthRule::Kind::nearest_weekday:
            return rule.number <= last && day == nearest_weekday(date, rule.number);
        }
        return false;
      });
  const bool in_week =
      days_of_week_.test(static_cast<std::size_t>(weekday)) ||
      std::any_of(day_of_week_rules_.begin(), day_of_week_rules_.end(), [&](const DayOfWeekRule& rule) {
        if (rule.day != weekday) return false;
        return rule.nth == 0 ? day > last - 7 : (day - 1) / 7 + 1 == rule.nth;
      });
  // POSIX: when both are restricted, either may match.
  const bool both_restricted = !any_day_of_month_ && !any_day_of_week_;
  return both_restricted ? in_month || in_week : in_month && in_week;
}

bool CronExpression::is_impossible() const {
  const std::chrono::sys_days begin{year_month_day{std::chrono::year{2000}, std::chrono::month{1}, std::chrono::day{1}}};
  for (days at{0}; at < kCalendarCycle; at += days{1}) {
    if (matches_day(year_month_day{begin + at})) return false;
  }
  return true;
}

std::optional<Instant> CronExpression::next_after(Instant after, const Zone& zone) const {
  if (every_) return std::nullopt;
  return by_elapsed_time_ ? next_by_elapsed_time(after, zone) : next_by_wall_time(after, zone);
}

// Walks real time, so that an hour that comes twice is walked twice and one that is skipped never.
std::optional<Instant> CronExpression::next_by_elapsed_time(Instant after, const Zone& zone) const {
  Instant at = std::chrono::floor<seconds>(after) + seconds{1};
  for (const Instant end = at + kSearchMax; at < end;) {
    const LocalTime local = zone.to_local(at);
    const LocalDay day = std::chrono::floor<days>(local);
    const Duration into_day = local - day;
    if (!matches_day(year_month_day{day})) {
      at = std::max(zone.to_instant(LocalTime{day + days{1}}), at + minutes{1});
      continue;
    }
    const auto hour = into_day / hours{1};
    const auto minute = into_day % hours{1} / minutes{1};
    const auto second = into_day % minutes{1} / seconds{1};
    if (!hours_.test(static_cast<std::size_t>(hour))) {
      at += minutes{1} - into_day % minutes{1} + minutes{59 - minute};
    } else if (!minutes_.test(static_cast<std::size_t>(minute))) {
      at += minutes{1} - into_day % minutes{1};
    } else if (!seconds_.test(static_cast<std::size_t>(second))) {
      at += seconds{1};
    } else {
      return at;
    }
  }
  return std::nullopt;
}

std::optional<Instant> CronExpression::next_by_wall_time(Instant after, const Zone& zone) const {
  // A time that a gap moves may end up on the next day: begin a day early.
  LocalDay day = std::chrono::floor<days>(zone.to_local(after)) - days{1};
  for (const LocalDay end = day + kSearchMax; day < end; day += days{1}) {
    if (!matches_day(year_month_day{day})) continue;
    if (const auto found = next_on_day(LocalTime{day}, after, zone)) return found;
  }
  return std::nullopt;
}

// The earliest instant of this day behind `after`. A gap moves times past later ones, by at most the
// length of the gap: so the search goes on for a while behind the first hit.
std::optional<Instant> CronExpression::next_on_day(LocalTime midnight, Instant after, const Zone& zone) const {
  std::optional<Instant> best;
  for (std::size_t hour = 0; hour < 24; ++hour) {
    if (!hours_.test(hour)) continue;
    if (best && zone.to_instant(midnight + hours{hour}) > *best) return best;
    for (std::size_t minute = 0; minute < 60; ++minute) {
      if (!minutes_.test(minute)) continue;
      const LocalTime local = midnight + hours{hour} + minutes{minute};
      if (zone.to_instant(local + seconds{59}) <= after) continue;
      for (std::size_t second = 0; second < 60; ++second) {
        if (!seconds_.test(second)) continue;
        const Instant at = zone.to_instant(local + seconds{second});
        if (at > after && (!best || at < *best)) best = at;
      }
    }
  }
  return best;
}

}  // namespace loop
