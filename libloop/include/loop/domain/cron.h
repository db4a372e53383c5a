// SPDX-License-Identifier: MIT
// Cron expressions: five fields, or six with leading seconds, and the @names.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/domain/zone.h"

namespace loop {

// Fields: [second] minute hour day-of-month month day-of-week. `*`, lists, ranges, steps, names
// (JAN, MON), 7 = Sunday; day of month also `L`, `L-n`, `nW`, `LW`; day of week also `d#n`, `dL`;
// `?` is `*`. When both days are restricted either may match, unless one begins with `*` (POSIX).
// @yearly @annually @monthly @weekly @daily @midnight @hourly, and `@every <duration>` (at least a
// minute; counted from a reference like an interval; see SlotSequence).
//
// Daylight saving: an hour field that starts with `*` matches by elapsed time (both passes of an
// overlap, nothing in a gap); any other is a wall-clock time: once in an overlap, moved behind a
// gap.
class CronExpression {
 public:
  // invalid_argument naming the field, the text and what is allowed; also for expressions that
  // can never match (30 February).
  static Result<CronExpression> parse(std::string_view text);

  // The first matching instant strictly after `after`, of the years 1 to 9999.
  std::optional<Instant> next_after(Instant after, const Zone& zone) const;

  // Set for `@every`; next_after gives nothing then.
  std::optional<Duration> every() const { return every_; }

  const std::string& text() const { return text_; }

 private:
  struct DayOfMonthRule {
    enum class Kind { last, nearest_weekday, last_weekday } kind;
    int number = 0;  // `L-n`: n; `nW`: n
  };
  struct DayOfWeekRule {
    int day = 0;  // 0 = Sunday
    int nth = 0;  // 1..5; 0 = last
  };

  Status read_fields(std::string_view text);
  Status read_day_of_month(std::string_view field);
  Status read_day_of_week(std::string_view field);

  bool matches_day(std::chrono::year_month_day date) const;
  bool matches_month_rule(std::chrono::year_month_day date) const;
  bool matches_week_rule(std::chrono::year_month_day date) const;
  std::optional<LocalDay> next_day(LocalDay from) const;
  std::optional<Instant> first_on_day(LocalDay day, Instant after, const Zone& zone) const;
  std::optional<Instant> first_in_plain_hour(Instant hour, Instant after) const;
  std::optional<Instant> first_in_changed_hour(LocalTime hour, Instant after,
                                               const Zone& zone) const;
  std::optional<Instant> first_in_minute(Instant minute, Instant after) const;

  std::string text_;
  std::bitset<60> seconds_;
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_of_month_;
  std::bitset<13> months_;
  std::bitset<7> days_of_week_;
  std::vector<DayOfMonthRule> day_of_month_rules_;
  std::vector<DayOfWeekRule> day_of_week_rules_;
  bool any_day_of_month_ = true;
  bool any_day_of_week_ = true;
  bool by_elapsed_time_ = true;
  std::optional<Duration> every_;
};

}  // namespace loop
