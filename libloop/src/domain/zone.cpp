// SPDX-License-Identifier: MIT
// Time zones by date-tz over the system's zoneinfo.
#include "loop/domain/zone.h"

#include "loop/base/text.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <vector>

namespace loop {

namespace {

using std::chrono::days;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr std::size_t kShownBytesMax = 80;
constexpr year kLastListedYear{2037};
constexpr seconds kLastListedYearBegin =
    sys_days{kLastListedYear / std::chrono::January / 1}.time_since_epoch();

const std::string& utc_name() {
  static const std::string kName = "Etc/UTC";
  return kName;
}

// Nothing stands for UTC, so that it is there where the system has no zoneinfo.
const date::time_zone& zone_of(const void* rep) {
  return *static_cast<const date::time_zone*>(rep);
}

unsigned weekday_code(sys_days day) { return std::chrono::weekday{day}.c_encoding(); }

// The compiled zone files list changes up to 2037; from then on the rule of that year holds, and
// date-tz 3.0 does not read it. Rules speak of weekdays in months, so an earlier year whose months
// begin on the same weekdays has the same changes. January and February are matched by themselves,
// since a leap day would else leave some years without a match among the last eleven.
seconds shift_to_listed_year(seconds time) {
  const sys_days day{std::chrono::floor<days>(time)};
  const year_month_day date{day};
  if (date.year() <= kLastListedYear) return seconds{0};
  const auto month = date.month() < std::chrono::March ? std::chrono::January : std::chrono::March;
  const sys_days anchor{date.year() / month / 1};
  year listed = kLastListedYear;
  while (weekday_code(sys_days{listed / month / 1}) != weekday_code(anchor)) --listed;
  return anchor - sys_days{listed / month / 1};
}

// Whether the zone still changes its offset in the last year that the files list.
bool has_rule_at_the_end(const date::sys_info& info) {
  return info.begin.time_since_epoch() >= kLastListedYearBegin;
}

seconds offset_at(const date::time_zone& zone, Instant instant) {
  const seconds time = std::chrono::floor<seconds>(instant).time_since_epoch();
  const auto info = zone.get_info(date::sys_seconds{time});
  if (!has_rule_at_the_end(info)) return info.offset;
  return zone.get_info(date::sys_seconds{time - shift_to_listed_year(time)}).offset;
}

date::local_info info_at(const date::time_zone& zone, LocalTime local) {
  const seconds time = std::chrono::floor<seconds>(local).time_since_epoch();
  const auto info = zone.get_info(date::local_seconds{time});
  if (!has_rule_at_the_end(info.first)) return info;
  return zone.get_info(date::local_seconds{time - shift_to_listed_year(time)});
}

// Finding a zone reads its file at the first question, which may fail as well.
const void* locate(std::string_view name) {
  try {
    const date::time_zone* zone = date::locate_zone(name);
    static_cast<void>(zone->get_info(date::sys_seconds{}));
    return zone;
  } catch (const std::exception&) {
    return nullptr;
  }
}

std::vector<std::string> known_names() {
  std::vector<std::string> names;
  try {
    for (const date::time_zone& zone : date::get_tzdb().zones) names.push_back(zone.name());
  } catch (const std::exception&) {
    names.clear();  // the system has no zoneinfo
  }
  return names;
}

}  // namespace

Result<Zone> Zone::find(std::string_view name) {
  if (name == utc_name()) return utc();
  if (name.empty()) return Error(Errc::invalid_argument, "timezone: the name is empty");
  if (const void* zone = locate(name)) return Zone(zone);
  if (name == "UTC") return utc();
  return Error(Errc::invalid_argument,
               fmt::format("timezone: \"{}\" is not a zone of this system{}; allowed: IANA names "
                           "such as \"Europe/Warsaw\" and \"Etc/UTC\"",
                           ellipsize(to_single_line(to_valid_utf8(name)), kShownBytesMax),
                           did_you_mean(name.substr(0, kShownBytesMax), known_names())));
}

Zone Zone::utc() { return Zone(nullptr); }

const std::string& Zone::name() const {
  return rep_ == nullptr ? utc_name() : zone_of(rep_).name();
}

LocalTime Zone::to_local(Instant instant) const {
  if (rep_ == nullptr) return LocalTime{instant.time_since_epoch()};
  return LocalTime{instant.time_since_epoch() + offset_at(zone_of(rep_), instant)};
}

Instant Zone::to_instant(LocalTime local) const {
  if (rep_ == nullptr) return Instant{local.time_since_epoch()};
  // `first` is the only offset, the one before a gap, or that of the first pass of an overlap.
  return Instant{local.time_since_epoch() - info_at(zone_of(rep_), local).first.offset};
}

Zone::Overlap Zone::overlap_at(LocalTime local) const {
  if (rep_ == nullptr) return {};
  const auto info = info_at(zone_of(rep_), local);
  if (info.result != date::local_info::ambiguous) return {};
  return {true, Instant{local.time_since_epoch() - info.second.offset}};
}

}  // namespace loop
