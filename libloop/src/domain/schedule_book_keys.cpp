// SPDX-License-Identifier: MIT
// Key styles: Roo Scheduler writes camelCase; some older tools write snake_case.
#include "domain/schedule_book_keys.hpp"

#include <algorithm>

namespace loop {

namespace {

// Only keys of more than one word differ between the styles.
constexpr std::string_view kTwoSpellings[] = {
    "modeDisplayName", "taskInstructions", "scheduleType",      "timeInterval",
    "timeUnit",        "selectedDays",     "startDate",         "startHour",
    "startMinute",     "expirationDate",   "expirationHour",    "expirationMinute",
    "requireActivity", "taskInteraction",  "inactivityDelay",   "lastExecutionTime",
    "lastSkippedTime", "lastTaskId",       "nextExecutionTime", "createdAt",
    "updatedAt",
};

}  // namespace

std::string to_snake_case(std::string_view camel_case) {
  std::string snake;
  for (const char c : camel_case) {
    if (c >= 'A' && c <= 'Z') {
      snake += '_';
      snake += static_cast<char>(c - 'A' + 'a');
    } else {
      snake += c;
    }
  }
  return snake;
}

std::string to_known_key(std::string_view key) {
  const auto found =
      std::find_if(std::begin(kTwoSpellings), std::end(kTwoSpellings),
                   [&](std::string_view camel_case) { return to_snake_case(camel_case) == key; });
  return std::string(found == std::end(kTwoSpellings) ? key : *found);
}

ObjectKeys::ObjectKeys(std::vector<std::string> keys) : keys_(std::move(keys)) {
  std::sort(keys_.begin(), keys_.end());
  const auto stands_there = [this](std::string_view key) { return has(key); };
  const auto stands_in_snake_case = [this](std::string_view key) {
    return has(to_snake_case(key));
  };
  is_snake_case_ =
      std::any_of(std::begin(kTwoSpellings), std::end(kTwoSpellings), stands_in_snake_case) &&
      std::none_of(std::begin(kTwoSpellings), std::end(kTwoSpellings), stands_there);
}

bool ObjectKeys::has(std::string_view key) const {
  return std::binary_search(keys_.begin(), keys_.end(), key);
}

ObjectKeys::Spelling ObjectKeys::spelling_of(std::string_view camel_case) const {
  const auto found = std::find(std::begin(kTwoSpellings), std::end(kTwoSpellings), camel_case);
  if (found == std::end(kTwoSpellings)) return {std::string(camel_case), {}};

  std::string snake = to_snake_case(camel_case);
  if (has(camel_case)) return {std::string(camel_case), std::move(snake)};
  if (has(snake) || is_snake_case_) return {std::move(snake), std::string(camel_case)};
  return {std::string(camel_case), std::move(snake)};
}

}  // namespace loop
