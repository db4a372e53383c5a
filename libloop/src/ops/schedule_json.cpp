// SPDX-License-Identifier: MIT
// Schedules as JSON, for answers.
#include "ops/schedule_json.hpp"

#include "loop/base/text.h"
#include "loop/ops/get_schedule_status.h"

#include <boost/json.hpp>

#include <cmath>
#include <cstddef>

namespace loop::ops {

namespace {

namespace json = boost::json;

json::value time_or_null(const std::optional<Instant>& time) {
  return time ? json::value(format_instant(*time)) : json::value(nullptr);
}

// The first characters, whole ones.
std::string preview_of(std::string_view text) {
  const std::string valid = to_valid_utf8(text);
  std::size_t characters = 0;
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const bool begins_character = (valid[i] & '\xC0') != '\x80';
    if (begins_character && ++characters > kPreviewCharacters) return valid.substr(0, i);
  }
  return valid;
}

double seconds_of(const RunSummary& run, Instant now) {
  if (!run.first_start) return 0;
  const Instant end = run.is_live() ? now : run.ended.value_or(*run.first_start);
  return static_cast<double>((end - *run.first_start).count()) / 1000.0;
}

json::value last_run_of(const ScheduleView& view, const History& history, Instant now) {
  const RunSummary* run = view.past.last_run.empty() ? nullptr : history.find(view.past.last_run);
  if (run == nullptr) return nullptr;
  const std::string outcome = run->is_live() ? std::string(to_string(run->phase)) : run->end;
  return json::object{{"id", to_valid_utf8(run->id.str())},
                      {"outcome", to_valid_utf8(outcome)},
                      {"duration", seconds_of(*run, now)}};
}

bool has_infinite_number(const json::value& value) {
  if (value.is_double()) return !std::isfinite(value.get_double());
  if (value.is_array()) {
    for (const json::value& element : value.get_array()) {
      if (has_infinite_number(element)) return true;
    }
  }
  if (value.is_object()) {
    for (const auto& member : value.get_object()) {
      if (has_infinite_number(member.value())) return true;
    }
  }
  return false;
}

}  // namespace

std::string_view status_word(ScheduleState state) noexcept {
  return to_string(state == ScheduleState::expired ? ScheduleState::inactive : state);
}

AnyObject formatted_schedule(const ScheduleView& view, const History& history, Instant now) {
  const Schedule& schedule = *view.schedule;
  json::array next;
  for (const Instant slot : view.next) next.emplace_back(format_instant(slot));
  const json::value first = next.empty() ? json::value(nullptr) : next.front();
  return {json::serialize(json::object{
      {"id", to_valid_utf8(schedule.id.str())},
      {"name", to_valid_utf8(schedule.name)},
      {"mode", to_valid_utf8(schedule.mode.str())},
      {"status", status_word(view.state)},
      {"next_execution", first},
      {"last_execution", time_or_null(view.last)},
      {"next", std::move(next)},
      {"last_run", last_run_of(view, history, now)},
      {"consecutive_failures", view.past.failures.consecutive},
      {"created_at", time_or_null(schedule.created)},
      {"updated_at", time_or_null(schedule.updated)},
      {"task_instructions_preview", preview_of(schedule.task_instructions)},
  })};
}

AnyObject raw_schedule(const ScheduleBook& book, const Schedule& schedule) {
  const std::string text = book.object_text(schedule);
  json::error_code failure;
  const json::value value = json::parse(text, failure);
  const bool is_carried = !failure && value.is_object() && !has_infinite_number(value);
  if (is_carried) return {text};
  return {json::serialize(
      json::object{{"id", to_valid_utf8(schedule.id.str())}, {"raw_text", to_valid_utf8(text)}})};
}

}  // namespace loop::ops
