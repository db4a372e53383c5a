// SPDX-License-Identifier: MIT
// The instants at which a cron expression matches.
#include "loop/domain/cron.h"

#include <algorithm>

namespace loop {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr days kCalendarCycle{146'097};  // 400 years: after them the calendar repeats
constexpr Instant kEarliest = sys_days{year{1} / std::chrono::January / 1};
constexpr Instant kLatest = sys_days{year{10'000} / std::chrono::January / 1};

int day_of(year_month_day date) { return static_cast<int>(static_cast<unsigned>(date.day())); }

int last_day_of(year_month_day date) {
  return day_of(date.year() / date.month() / std::chrono::last);
}

int weekday_of(year_month_day date) {
  return static_cast<int>(std::chrono::weekday{sys_days{date}}.c_encoding());
}

// The day from Monday to Friday nearest to `day`, inside its month.
int nearest_weekday(year_month_day date, int day) {
  const std::chrono::day wanted{static_cast<unsigned>(day)};
  switch (weekday_of(date.year() / date.month() / wanted)) {
    case 6: return day == 1 ? day + 2 : day - 1;
    case 0: return day == last_day_of(date) ? day - 2 : day + 1;
    default: return day;
  }
}

// Whether every local time from `begin` to `end` comes exactly once, with one offset.
bool is_plain(LocalTime begin, LocalTime end, const Zone& zone) {
  const Instant first = zone.to_instant(begin);
  const Instant last = zone.to_instant(end);
  return last - first == end - begin && zone.to_local(first) == begin &&
         zone.to_local(last) == end && !zone.overlap_at(begin).is_double &&
         !zone.overlap_at(end).is_double;
}

void keep_earlier(std::optional<Instant>& best, std::optional<Instant> other) {
  if (other && (!best || *other < *best)) best = other;
}

}  // namespace

bool CronExpression::matches_month_rule(year_month_day date) const {
  const int day = day_of(date);
  if (days_of_month_.test(static_cast<std::size_t>(day))) return true;
  const int last = last_day_of(date);
  return std::any_of(day_of_month_rules_.begin(), day_of_month_rules_.end(),
                     [&](const DayOfMonthRule& rule) {
                       switch (rule.kind) {
                         case DayOfMonthRule::Kind::last: return day == last - rule.number;
                         case DayOfMonthRule::Kind::last_weekday:
                           return day == nearest_weekday(date, last);
                         case DayOfMonthRule::Kind::nearest_weekday:
                           return rule.number <= last && day == nearest_weekday(date, rule.number);
                       }
                       return false;
                     });
}

bool CronExpression::matches_week_rule(year_month_day date) const {
  constexpr int kDays = 7;
  const int weekday = weekday_of(date);
  if (days_of_week_.test(static_cast<std::size_t>(weekday))) return true;
  return std::any_of(day_of_week_rules_.begin(), day_of_week_rules_.end(),
                     [&](const DayOfWeekRule& rule) {
                       if (rule.day != weekday) return false;
                       if (rule.nth == 0) return day_of(date) > last_day_of(date) - kDays;
                       return (day_of(date) - 1) / kDays + 1 == rule.nth;
                     });
}

bool CronExpression::matches_day(year_month_day date) const {
  const bool is_either = !any_day_of_month_ && !any_day_of_week_;  // as POSIX has it
  if (is_either) return matches_month_rule(date) || matches_week_rule(date);
  return matches_month_rule(date) && matches_week_rule(date);
}

// The first matching day at or after `from`.
std::optional<LocalDay> CronExpression::next_day(LocalDay from) const {
  for (LocalDay day = from; day <= from + kCalendarCycle;) {
    const year_month_day date{day};
    if (!months_.test(static_cast<unsigned>(date.month()))) {
      day = std::chrono::local_days{(date.year() / date.month() + std::chrono::months{1}) / 1};
    } else if (matches_day(date)) {
      return day;
    } else {
      day += days{1};
    }
  }
  return std::nullopt;
}

std::optional<Instant> CronExpression::next_after(Instant after, const Zone& zone) const {
  if (every_ || after >= kLatest) return std::nullopt;
  after = std::max(after, kEarliest);
  // A gap or an overlap at midnight mixes the times of two days: begin a day early, and look at the
  // day behind the one that matches.
  const LocalDay from = std::chrono::floor<days>(zone.to_local(after)) - days{1};
  for (auto day = next_day(from); day; day = next_day(*day + days{1})) {
    const auto found = first_on_day(*day, after, zone);
    if (!found) continue;
    const LocalDay tomorrow = *day + days{1};
    if (*found <= zone.to_instant(LocalTime{tomorrow}) || next_day(tomorrow) != tomorrow) {
      return found;
    }
    const auto other = first_on_day(tomorrow, after, zone);
    return other ? std::min(*found, *other) : found;
  }
  return std::nullopt;
}

std::optional<Instant> CronExpression::first_on_day(LocalDay day, Instant after,
                                                    const Zone& zone) const {
  const LocalTime midnight{day};
  const bool is_plain_day = is_plain(midnight, midnight + days{1}, zone);
  const Instant begin = zone.to_instant(midnight);
  std::optional<Instant> best;
  for (std::size_t hour = 0; hour < hours_.size(); ++hour) {
    if (!hours_.test(hour)) continue;
    const LocalTime local = midnight + hours{hour};
    if (!is_plain_day && !is_plain(local, local + hours{1}, zone)) {
      keep_earlier(best, first_in_changed_hour(local, after, zone));
      continue;
    }
    const Instant at = is_plain_day ? begin + hours{hour} : zone.to_instant(local);
    const auto found = first_in_plain_hour(at, after);
    keep_earlier(best, found);
    if (found) return best;  // whatever a gap has moved was seen before
  }
  return best;
}

std::optional<Instant> CronExpression::first_in_plain_hour(Instant hour, Instant after) const {
  if (hour + hours{1} <= after) return std::nullopt;
  for (std::size_t minute = 0; minute < minutes_.size(); ++minute) {
    if (!minutes_.test(minute)) continue;
    if (const auto found = first_in_minute(hour + minutes{minute}, after)) return found;
  }
  return std::nullopt;
}

// Offsets change on whole minutes, so that a zone is asked about minutes only.
std::optional<Instant> CronExpression::first_in_changed_hour(LocalTime hour, Instant after,
                                                             const Zone& zone) const {
  std::optional<Instant> best;
  for (std::size_t minute = 0; minute < minutes_.size(); ++minute) {
    if (!minutes_.test(minute)) continue;
    const LocalTime local = hour + minutes{minute};
    const Instant at = zone.to_instant(local);
    const bool is_skipped = zone.to_local(at) != local;
    if (!by_elapsed_time_ || !is_skipped) keep_earlier(best, first_in_minute(at, after));
    const auto overlap = by_elapsed_time_ ? zone.overlap_at(local) : Zone::Overlap{};
    if (overlap.is_double) keep_earlier(best, first_in_minute(overlap.second, after));
  }
  return best;
}

std::optional<Instant> CronExpression::first_in_minute(Instant minute, Instant after) const {
  if (minute + minutes{1} <= after) return std::nullopt;
  for (std::size_t second = 0; second < seconds_.size(); ++second) {
    const Instant at = minute + seconds{second};
    if (seconds_.test(second) && at > after) return at;
  }
  return std::nullopt;
}

}  // namespace loop
