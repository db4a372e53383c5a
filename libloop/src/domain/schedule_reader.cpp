// SPDX-License-Identifier: MIT
// Fields of a schedule.
#include "domain/schedule_reader.hpp"

#include "loop/base/text.h"

#include "domain/schedule_book_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace loop {

namespace {

constexpr std::size_t kShownBytesMax = 60;
constexpr double kWholeMax = 9'007'199'254'740'992.0;  // 2^53: beyond, a double skips integers

std::optional<std::int64_t> whole_part(std::string_view number) {
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc{} || !(std::abs(value) < kWholeMax)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

}  // namespace

std::string show_field(const RawField& field) {
  // Cut before the conversions: a value may have megabytes.
  const std::string_view head = field.text.substr(0, 2 * kShownBytesMax);
  const std::string text = ellipsize(to_single_line(to_valid_utf8(head)), kShownBytesMax);
  return field.kind == RawField::Kind::string ? fmt::format("\"{}\"", text) : text;
}

std::optional<std::int64_t> leading_integer(const RawField& field) {
  std::string_view text = trim(field.text);
  if (field.kind == RawField::Kind::number) return whole_part(text);
  if (field.kind != RawField::Kind::string) return std::nullopt;
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || text.front() == '-') return std::nullopt;
  return is_negative ? -value : value;
}

const RawField* ScheduleReader::find(std::string_view key) const {
  if (const RawField* field = fields_.find(key)) return field;
  return fields_.has_underscore() ? fields_.find(to_snake_case(key)) : nullptr;
}

std::string_view ScheduleReader::text(std::string_view key) {
  const RawField* field = find(key);
  if (field == nullptr) return {};
  if (field->kind == RawField::Kind::string || field->kind == RawField::Kind::number) {
    return field->text;
  }
  warn(fmt::format("{}: {} is not a text: treated as absent", key, show_field(*field)));
  return {};
}

bool ScheduleReader::flag(std::string_view key, bool fallback) {
  const RawField* field = find(key);
  if (field == nullptr) return fallback;
  if (field->kind == RawField::Kind::boolean) return field->text == "true";
  warn(
      fmt::format("{}: {} is not true or false: treated as {}", key, show_field(*field), fallback));
  return fallback;
}

std::optional<Instant> ScheduleReader::time(std::string_view key) {
  const std::string_view given = text(key);
  const auto instant = parse_instant(given);
  if (!given.empty() && !instant) {
    warn(fmt::format("{}: {} is not a time such as 2025-11-01T06:38:00.000Z: treated as absent",
                     key, shown(key)));
  }
  return instant;
}

std::string ScheduleReader::shown(std::string_view key) const {
  const RawField* field = find(key);
  return field == nullptr ? "missing" : show_field(*field);
}

void ScheduleReader::refuse(std::string message) {
  if (!schedule_.invalid) schedule_.invalid = std::move(message);
}

}  // namespace loop
