// SPDX-License-Identifier: MIT
// Random cron expressions, with a slow and obvious model that says of one minute whether it
// matches.
#pragma once

#include <chrono>
#include <functional>
#include <set>
#include <string>

#include "loop/domain/zone.h"
#include "sim/sim_random.hpp"

namespace loop::sim {

class CronModel {
 public:
  static CronModel random(SimRandom& random) {
    CronModel model;
    const std::string minute = model.number_field(random, 60, 0, model.minutes_);
    const std::string hour = model.number_field(random, 24, 0, model.hours_);
    const std::string day = model.day_field(random);
    const std::string month = random.below(4) == 0 ? "1-6" : "*";
    for (int value = 1; value <= (month == "*" ? 12 : 6); ++value) model.months_.insert(value);
    const std::string weekday = model.weekday_field(random);
    model.is_elapsed_ = hour.front() == '*';
    model.text_ = minute + " " + hour + " " + day + " " + month + " " + weekday;
    return model;
  }

  const std::string& text() const { return text_; }

  // Whether the expression is due in the minute that begins at `minute`.
  bool matches(Instant minute, const Zone& zone) const {
    const LocalTime local = zone.to_local(minute);
    if (is_elapsed_) return matches_local(local);
    if (matches_local(local) && zone.to_instant(local) == minute) return true;
    // A wall-clock time inside a gap stands for the time as much later.
    for (const std::chrono::minutes gap :
         {std::chrono::minutes{30}, std::chrono::minutes{60}, std::chrono::minutes{24 * 60}}) {
      const LocalTime skipped = local - gap;
      const bool is_in_gap = zone.to_local(zone.to_instant(skipped)) != skipped;
      if (is_in_gap && zone.to_instant(skipped) == minute && matches_local(skipped)) return true;
    }
    return false;
  }

 private:
  using Values = std::set<int>;

  // "*", "*/7", "5", "5,17" or "5-17".
  std::string number_field(SimRandom& random, int size, int first, Values& values) {
    const auto some = [&] {
      return first + static_cast<int>(random.below(static_cast<std::uint64_t>(size)));
    };
    const std::uint64_t kind = random.below(5);
    int a = some();
    int b = some();
    if (a > b) std::swap(a, b);
    const int step = kind == 1 ? 1 + some() / 2 : 1;
    for (int value = first; value < first + size; ++value) {
      const bool is_listed = kind == 2 ? value == a : value == a || value == b;
      const bool is_in_range = value >= a && value <= b;
      if (kind < 2 ? (value - first) % step == 0 : kind == 4 ? is_in_range : is_listed) {
        values.insert(value);
      }
    }
    if (kind == 0) return "*";
    if (kind == 1) return "*/" + std::to_string(step);
    if (kind == 2) return std::to_string(a);
    return std::to_string(a) + (kind == 3 ? "," : "-") + std::to_string(b);
  }

  std::string day_field(SimRandom& random) {
    if (random.below(3) != 0) {
      day_matches_ = [](std::chrono::year_month_day) { return true; };
      return "*";
    }
    if (random.below(4) == 0) {
      is_day_restricted_ = true;
      day_matches_ = [](std::chrono::year_month_day date) {
        return date.day() == (date.year() / date.month() / std::chrono::last).day();
      };
      return "L";
    }
    Values days;
    const std::string text = number_field(random, 31, 1, days);
    is_day_restricted_ = text.front() != '*';
    day_matches_ = [days](std::chrono::year_month_day date) {
      return days.contains(static_cast<int>(static_cast<unsigned>(date.day())));
    };
    return text;
  }

  std::string weekday_field(SimRandom& random) {
    Values days;
    std::string text = "*";
    if (random.below(2) == 0) {
      for (int day = 0; day < 7; ++day) days.insert(day);
    } else {
      text = number_field(random, 7, 0, days);
    }
    is_weekday_restricted_ = text.front() != '*';
    weekdays_ = days;
    return text;
  }

  bool matches_local(LocalTime local) const {
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date{day};
    const auto minute_of_day = (local - day) / std::chrono::minutes{1};
    if (!minutes_.contains(static_cast<int>(minute_of_day % 60))) return false;
    if (!hours_.contains(static_cast<int>(minute_of_day / 60))) return false;
    if (!months_.contains(static_cast<int>(static_cast<unsigned>(date.month())))) return false;
    const bool in_week =
        weekdays_.contains(static_cast<int>(std::chrono::weekday{day}.c_encoding()));
    if (is_day_restricted_ && is_weekday_restricted_) return day_matches_(date) || in_week;
    return day_matches_(date) && in_week;
  }

  std::string text_;
  Values minutes_, hours_, months_, weekdays_;
  std::function<bool(std::chrono::year_month_day)> day_matches_;
  bool is_day_restricted_ = false;
  bool is_weekday_restricted_ = false;
  bool is_elapsed_ = false;
};

}  // namespace loop::sim
