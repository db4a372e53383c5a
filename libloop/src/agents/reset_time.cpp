// SPDX-License-Identifier: MIT
// Finding the time at which a provider's limit ends in what its agent printed.
#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include <fmt/format.h>
#include <re2/re2.h>

#include "loop/agents/adapter.h"
#include "loop/base/text.h"
#include "loop/domain/zone.h"

namespace loop {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Monthly limits exist; anything later is a misread number.
constexpr Duration kResetWithin = days{35};
// A provider's message is short. More would only make misreadings likelier.
constexpr std::size_t kTextBytesMax = 16 * 1024;

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

bool is_plausible(Instant instant, Instant now) {
  return instant > now && instant - now <= kResetWithin;
}

std::optional<std::int64_t> to_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// ---- "2025-11-01T11:30:00Z" ----

std::optional<Instant> find_written_instant(std::string_view text, Instant now, const Zone& zone) {
  static const re2::RE2 pattern(
      R"((\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)? ?([Zz]|UTC|GMT|[+-]\d\d:?\d\d)?)");
  re2::StringPiece rest = piece(text);
  std::string day, clock, second, offset;
  while (re2::RE2::FindAndConsume(&rest, pattern, &day, &clock, &second, &offset)) {
    const bool is_utc = offset == "z" || offset == "Z" || offset == "UTC" || offset == "GMT";
    if (offset.size() == 5) offset.insert(3, ":");
    const auto found =
        parse_instant(fmt::format("{}T{}{}{}", day, clock, second.empty() ? ":00" : second,
                                  is_utc || offset.empty() ? "Z" : offset));
    if (!found) continue;
    const Instant instant =
        offset.empty() ? zone.to_instant(LocalTime{found->time_since_epoch()}) : *found;
    if (is_plausible(instant, now)) return instant;
  }
  return std::nullopt;
}

// ---- "limit reached|1761996600", also in milliseconds ----

std::optional<Instant> find_epoch(std::string_view text, Instant now) {
  static const re2::RE2 pattern(R"(\b(\d{10}|\d{13})\b)");
  re2::StringPiece rest = piece(text);
  std::string digits;
  while (re2::RE2::FindAndConsume(&rest, pattern, &digits)) {
    const auto number = to_integer(digits);
    if (!number) continue;
    const Duration since_epoch =
        digits.size() == 10 ? Duration{seconds{*number}} : Duration{*number};
    if (is_plausible(Instant{since_epoch}, now)) return Instant{since_epoch};
  }
  return std::nullopt;
}

// ---- "try again in 1h 5m", "retry-after: 30" ----

double unit_seconds(std::string_view unit) {
  if (unit == "ms" || unit.substr(0, 5) == "milli") return 0.001;
  switch (unit[0]) {
    case 'd': return 86400;
    case 'h': return 3600;
    case 'm': return 60;
    default: return 1;
  }
}

std::optional<Instant> after(Instant now, double wait_seconds) {
  const double limit_seconds =
      static_cast<double>(std::chrono::duration_cast<seconds>(kResetWithin).count());
  if (!(wait_seconds >= 0) || wait_seconds > limit_seconds) return std::nullopt;
  // At least a millisecond, as the answer lies after `now`; rounded up, as early is refused again.
  const auto wait = static_cast<Duration::rep>(wait_seconds * 1000.0 + 0.999);
  return now + Duration{std::max<Duration::rep>(1, wait)};
}

std::optional<Instant> find_wait(const std::string& text, Instant now) {
  static const re2::RE2 sentence(
      R"((?:^|\b(?:in|after|wait|for|another)|retry[-_ ]?after(?:[-_ ]?(?:ms|seconds|secs))?\W{0,4})\s*)"
      R"(((?:\d+(?:\.\d+)?\s*(?:milliseconds?|ms|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)\b(?:\s*(?:,|and)?\s*)?)+))");
  static const re2::RE2 compact(
      R"((?:^|\b(?:in|after|wait)\s+)((?:\d+(?:\.\d+)?(?:ms|d|h|m|s))+)\b)");
  static const re2::RE2 part(R"((\d+(?:\.\d+)?)\s*([a-z]+))");
  std::string amount;
  if (!re2::RE2::PartialMatch(text, sentence, &amount) &&
      !re2::RE2::PartialMatch(text, compact, &amount)) {
    return std::nullopt;
  }
  re2::StringPiece rest(amount);
  double number = 0;
  double sum = 0;
  std::string unit;
  while (re2::RE2::FindAndConsume(&rest, part, &number, &unit)) sum += number * unit_seconds(unit);
  return after(now, sum);
}

std::optional<Instant> find_retry_after(const std::string& text, Instant now) {
  static const re2::RE2 header(
      R"(retry[-_ ]?after([-_ ]?ms)?(?:[-_ ]?(?:seconds|secs))?["'\\]*\s*[:=]?\s*["'\\]*(\d+(?:\.\d+)?)\b)");
  std::string is_ms;
  double number = 0;
  if (!re2::RE2::PartialMatch(text, header, &is_ms, &number)) return std::nullopt;
  return after(now, is_ms.empty() ? number : number / 1000.0);
}

// ---- "resets 11:30am", "resets Oct 9 at 5pm (Europe/Berlin)" ----

struct ClockTime {
  int hour = 0;
  int minute = 0;
  int month = 0;  // 0: no date was said
  int day = 0;
};

int month_number(std::string_view name) {
  constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                        "jul", "aug", "sep", "oct", "nov", "dec"};
  const auto found = std::find(kMonths.begin(), kMonths.end(), name.substr(0, 3));
  return found == kMonths.end() ? 0 : static_cast<int>(found - kMonths.begin()) + 1;
}

std::optional<int> hour_on_24(int hour, std::string_view half) {
  if (half.empty()) return hour <= 23 ? std::optional(hour) : std::nullopt;
  if (hour < 1 || hour > 12) return std::nullopt;
  return hour % 12 + (half[0] == 'p' ? 12 : 0);
}

std::optional<ClockTime> find_clock(const std::string& text) {
  static const re2::RE2 pattern(
      R"((?:^|\b(?:resets?|reset at|at|until|again|after|by|from|available)\b[\s:]*(?:at\s+|on\s+)?))"
      R"((?:(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(?:at\s+)?)?)"
      R"((\d{1,2})(?::(\d\d))?(?::\d\d)?\s*(?:([ap])\.?m\b\.?)?)");
  re2::StringPiece rest(text);
  std::string month, day, hour, minute, half;
  while (re2::RE2::FindAndConsume(&rest, pattern, &month, &day, &hour, &minute, &half)) {
    if (minute.empty() && half.empty()) continue;  // "at 5 requests" is no time
    const auto hour24 = hour_on_24(static_cast<int>(to_integer(hour).value_or(99)), half);
    const auto minutes60 = minute.empty() ? 0 : to_integer(minute).value_or(99);
    if (!hour24 || minutes60 > 59) continue;
    return ClockTime{*hour24, static_cast<int>(minutes60), month.empty() ? 0 : month_number(month),
                     static_cast<int>(day.empty() ? 0 : to_integer(day).value_or(0))};
  }
  return std::nullopt;
}

std::optional<LocalDay> first_day(const ClockTime& clock, LocalDay today) {
  if (clock.month == 0) return today;
  const auto year = std::chrono::year_month_day(today).year();
  for (const auto candidate_year : {year, year + std::chrono::years{1}}) {
    const std::chrono::year_month_day date(candidate_year,
                                           std::chrono::month(static_cast<unsigned>(clock.month)),
                                           std::chrono::day(static_cast<unsigned>(clock.day)));
    if (date.ok() && LocalDay{date} >= today) return LocalDay{date};
  }
  return std::nullopt;
}

std::optional<Instant> next_at(const ClockTime& clock, Instant now, const Zone& zone) {
  const LocalDay today = std::chrono::floor<days>(zone.to_local(now));
  const auto day = first_day(clock, today);
  if (!day) return std::nullopt;
  const LocalTime local = LocalTime{*day} + hours{clock.hour} + minutes{clock.minute};
  Instant found = zone.to_instant(local);
  if (found <= now && clock.month == 0) found = zone.to_instant(local + days{1});
  return is_plausible(found, now) ? std::optional(found) : std::nullopt;
}

// The zone the message names, else the schedule's.
Zone zone_for(std::string_view text, const std::string& zone) {
  static const re2::RE2 named(R"(\(?\b([A-Z][A-Za-z_]+/[A-Za-z_+\-0-9]+(?:/[A-Za-z_]+)?)\b\)?)");
  static const re2::RE2 utc(R"(\b(?:UTC|GMT)\b)");
  std::string name;
  if (re2::RE2::PartialMatch(piece(text), named, &name)) {
    if (auto found = Zone::find(name)) return *found;
  }
  if (re2::RE2::PartialMatch(piece(text), utc)) return Zone::utc();
  auto found = Zone::find(zone);
  return found ? *found : Zone::utc();
}

}  // namespace

std::optional<Instant> find_reset_time(std::string_view text, Instant now,
                                       const std::string& zone) {
  const std::string_view start = trim(text.substr(0, kTextBytesMax));
  const Zone in_zone = zone_for(start, zone);
  const std::string lower = to_lower(start);
  if (auto found = find_written_instant(start, now, in_zone)) return found;
  if (auto found = find_epoch(start, now)) return found;
  if (auto found = find_wait(lower, now)) return found;
  if (auto found = find_retry_after(lower, now)) return found;
  double bare_seconds = 0;
  if (re2::RE2::FullMatch(lower, R"((\d{1,7}(?:\.\d+)?))", &bare_seconds))
    return after(now, bare_seconds);
  if (const auto clock = find_clock(lower)) return next_at(*clock, now, in_zone);
  return std::nullopt;
}

}  // namespace loop
