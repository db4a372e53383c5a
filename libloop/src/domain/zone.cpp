// SPDX-License-Identifier: MIT
// Time zones by date-tz over the system's zoneinfo.
#include "loop/domain/zone.h"

#include <date/tz.h>
#include <fmt/format.h>

#include "loop/base/text.h"

namespace loop {

namespace {

const date::time_zone& zone_of(const void* rep) { return *static_cast<const date::time_zone*>(rep); }

date::local_time<Duration> to_library(LocalTime local) {
  return date::local_time<Duration>{local.time_since_epoch()};
}

std::vector<std::string> known_names() {
  std::vector<std::string> names;
  for (const date::time_zone& zone : date::get_tzdb().zones) names.push_back(zone.name());
  return names;
}

}  // namespace

Result<Zone> Zone::find(std::string_view name) {
  try {
    return Zone(date::locate_zone(name));
  } catch (const std::exception&) {
    return Error(Errc::invalid_argument,
                 fmt::format("timezone: \"{}\" is not a zone of this system{}; give an IANA name such as "
                             "\"Europe/Warsaw\" or \"Etc/UTC\"",
                             ellipsize(to_single_line(to_valid_utf8(name)), 80),
                             did_you_mean(name.substr(0, 80), known_names())));
  }
}

Zone Zone::utc() { return Zone(date::locate_zone("Etc/UTC")); }

const std::string& Zone::name() const { return zone_of(rep_).name(); }

LocalTime Zone::to_local(Instant instant) const {
  const auto info = zone_of(rep_).get_info(std::chrono::floor<std::chrono::seconds>(instant));
  return LocalTime{instant.time_since_epoch() + info.offset};
}

Instant Zone::to_instant(LocalTime local) const {
  const auto info = zone_of(rep_).get_info(std::chrono::floor<std::chrono::seconds>(to_library(local)));
  // `first` is the only offset, the one before the gap, or that of the first pass of an overlap.
  return Instant{local.time_since_epoch() - info.first.offset};
}

Zone::Overlap Zone::overlap_at(LocalTime local) const {
  const auto info = zone_of(rep_).get_info(std::chrono::floor<std::chrono::seconds>(to_library(local)));
  if (info.result != date::local_info::ambiguous) return {};
  return {true, Instant{local.time_since_epoch() - info.second.offset}};
}

}  // namespace loop
