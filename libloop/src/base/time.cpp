// SPDX-License-Identifier: MIT
// Text forms of instants and durations.
#include "loop/base/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace loop {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

struct CivilTime {
  int year, month, day, hour, minute, second, millisecond;
};

CivilTime to_civil(Instant instant) {
  const auto midnight = std::chrono::floor<days>(instant);
  const std::chrono::year_month_day date{midnight};
  const auto rest = (instant - midnight).count();
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(rest / 3'600'000),
          static_cast<int>(rest / 60'000 % 60),
          static_cast<int>(rest / 1000 % 60),
          static_cast<int>(rest % 1000)};
}

std::optional<Instant> from_civil(const CivilTime& civil) {
  const std::chrono::year_month_day date{std::chrono::year{civil.year},
                                         std::chrono::month{static_cast<unsigned>(civil.month)},
                                         std::chrono::day{static_cast<unsigned>(civil.day)}};
  if (!date.ok() || civil.year < 1) return std::nullopt;
  if (civil.hour > 23 || civil.minute > 59 || civil.second > 59) return std::nullopt;
  return Instant{std::chrono::sys_days{date}} + hours{civil.hour} + minutes{civil.minute} +
         seconds{civil.second} + Duration{civil.millisecond};
}

// Reads a text from the left; every step fails for good once one has failed.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    if (rest_.size() < count) return fail();
    int value = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return fail();
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }

  char one_of(std::string_view allowed) {
    if (rest_.empty() || allowed.find(rest_.front()) == std::string_view::npos) {
      fail();
      return '\0';
    }
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }

  // 1 to 9 digits behind a dot, as milliseconds (cut, not rounded); 0 when there is no dot.
  int fraction_ms() {
    if (rest_.empty() || rest_.front() != '.') return 0;
    rest_.remove_prefix(1);
    int value = 0;
    std::size_t count = 0;
    for (; count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9'; ++count) {
      if (count < 3) value = value * 10 + (rest_[count] - '0');
    }
    if (count == 0 || count > 9) return fail();
    for (std::size_t missing = count; missing < 3; ++missing) value *= 10;
    rest_.remove_prefix(count);
    return value;
  }

  bool at_end() const { return rest_.empty(); }
  bool ok() const { return ok_; }

 private:
  int fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool ok_ = true;
};

constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> kUnits{
    {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::int64_t kDurationMsMax = 3650LL * 86'400'000;

Error bad_duration(std::string_view text) {
  return Error(Errc::invalid_argument,
               fmt::format("\"{}\" is not a duration: a whole number with ms, s, m, h or d "
                           "(\"90s\", \"1h30m\"), at most 3650d",
                           text));
}

}  // namespace

std::string format_instant(Instant instant) {
  const CivilTime t = to_civil(instant);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", t.year, t.month, t.day, t.hour,
                     t.minute, t.second, t.millisecond);
}

std::string format_compact(Instant instant) {
  const CivilTime t = to_civil(instant);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", t.year, t.month, t.day, t.hour, t.minute,
                     t.second);
}

std::optional<Instant> parse_instant(std::string_view text) {
  Scanner in(text);
  CivilTime t{};
  t.year = in.digits(4);
  in.one_of("-");
  t.month = in.digits(2);
  in.one_of("-");
  t.day = in.digits(2);
  in.one_of("Tt ");
  t.hour = in.digits(2);
  in.one_of(":");
  t.minute = in.digits(2);
  in.one_of(":");
  t.second = in.digits(2);
  t.millisecond = in.fraction_ms();

  minutes offset{0};
  if (in.ok() && !in.at_end()) {
    const char sign = in.one_of("Zz+-");
    if (sign == '+' || sign == '-') {
      const int offset_hours = in.digits(2);
      in.one_of(":");
      const int offset_minutes = in.digits(2);
      if (offset_hours > 23 || offset_minutes > 59) return std::nullopt;
      offset = hours{offset_hours} + minutes{offset_minutes};
      if (sign == '-') offset = -offset;
    }
  }
  if (!in.ok() || !in.at_end()) return std::nullopt;
  const auto local = from_civil(t);
  if (!local) return std::nullopt;
  return *local - offset;
}

std::optional<Instant> parse_compact(std::string_view text) {
  Scanner in(text);
  CivilTime t{};
  t.year = in.digits(4);
  t.month = in.digits(2);
  t.day = in.digits(2);
  in.one_of("T");
  t.hour = in.digits(2);
  t.minute = in.digits(2);
  t.second = in.digits(2);
  in.one_of("Z");
  if (!in.ok() || !in.at_end()) return std::nullopt;
  return from_civil(t);
}

Result<Duration> parse_duration(std::string_view text) {
  std::int64_t total = 0;
  std::string_view rest = text;
  if (rest.empty()) return bad_duration(text);
  while (!rest.empty()) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
    if (error != std::errc{} || rest.front() == '-') return bad_duration(text);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));

    std::int64_t factor = 1000;
    if (!rest.empty()) {
      const std::size_t word = std::min(rest.find_first_of("0123456789"), rest.size());
      const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const auto& u) {
        return u.first == rest.substr(0, word);
      });
      if (unit == kUnits.end()) return bad_duration(text);
      factor = unit->second;
      rest.remove_prefix(word);
    }
    if (count > (kDurationMsMax - total) / factor) return bad_duration(text);
    total += count * factor;
  }
  return Duration{total};
}

std::string format_duration(Duration duration) {
  const std::int64_t ms = duration.count();
  if (ms < 0) return "-" + format_duration(-duration);
  if (ms < 1000) return fmt::format("{}ms", ms);
  if (ms < 60'000) return fmt::format("{:.1f}s", static_cast<double>(ms / 100) / 10.0);
  if (ms < 3'600'000) return fmt::format("{}m {:02}s", ms / 60'000, ms / 1000 % 60);
  if (ms < 86'400'000) return fmt::format("{}h {:02}m", ms / 3'600'000, ms / 60'000 % 60);
  return fmt::format("{}d {:02}h", ms / 86'400'000, ms / 3'600'000 % 24);
}

Instant floor_minute(Instant instant) { return std::chrono::floor<minutes>(instant); }

}  // namespace loop
