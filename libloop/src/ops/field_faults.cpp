// SPDX-License-Identifier: MIT
// Checks of single values.
#include "ops/field_faults.hpp"

#include "loop/base/text.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace loop::ops {

namespace {

constexpr std::size_t kShownBytesMax = 80;

std::string shown(const boost::json::value& given) {
  return ellipsize(boost::json::serialize(given), kShownBytesMax);
}

Error wrong(const std::string& path, std::string_view what) {
  return Error(Errc::invalid_argument, fmt::format("argument \"{}\" {}", path, what));
}

std::string range_text(std::optional<std::int64_t> least, std::optional<std::int64_t> most) {
  if (least && most) return fmt::format("{} to {}", *least, *most);
  return least ? fmt::format("{} or more", *least) : fmt::format("at most {}", most.value_or(0));
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & '\xC0') != '\x80'; }));
}

template <class Number>
bool is_within(Number number, std::optional<std::int64_t> least, std::optional<std::int64_t> most) {
  return (!least || number >= static_cast<Number>(*least)) &&
         (!most || number <= static_cast<Number>(*most));
}

// Above 2^53 a double does not tell one whole number from the next.
std::optional<std::int64_t> exact_integer(const boost::json::value& given) {
  if (given.is_int64()) return given.get_int64();
  constexpr double kExactMax = 9007199254740992.0;
  if (given.is_double() && std::abs(given.get_double()) <= kExactMax &&
      std::trunc(given.get_double()) == given.get_double()) {
    return static_cast<std::int64_t>(given.get_double());
  }
  return std::nullopt;
}

}  // namespace

Error missing_field(const std::string& path, std::string_view meaning) {
  return wrong(path, fmt::format("is missing: {}", meaning));
}

Error wrong_type(const std::string& path, const boost::json::value& given,
                 std::string_view wanted) {
  return wrong(path, fmt::format("is {}; it has to be {}", shown(given), wanted));
}

Error wrong_word(const std::string& path, const boost::json::value& given,
                 const std::vector<std::string>& allowed) {
  const std::string hint =
      given.is_string() ? did_you_mean(std::string_view(given.get_string()), allowed) : "";
  return wrong(path,
               fmt::format("is {}{}; allowed: {}", shown(given), hint, fmt::join(allowed, ", ")));
}

Status check_names(const boost::json::object& json, const std::string& path,
                   const std::vector<std::string>& known) {
  for (const auto& member : json) {
    const std::string name(member.key());
    if (std::ranges::find(known, name) != known.end()) continue;
    return Error(
        Errc::invalid_argument,
        fmt::format("unknown argument \"{}{}{}\"{}; known: {}", path, path.empty() ? "" : ".",
                    ellipsize(to_single_line(name), 60), did_you_mean(name, known),
                    known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
  }
  return {};
}

Status check_length(const std::string& path, std::string_view unit, std::size_t length,
                    std::optional<std::int64_t> least, std::optional<std::int64_t> most) {
  if (is_within(static_cast<std::int64_t>(length), least, most)) return {};
  return wrong(path, fmt::format("has {} {}; allowed: {}", length, unit, range_text(least, most)));
}

Result<std::int64_t> whole_number(const std::string& path, const boost::json::value& given,
                                  std::optional<std::int64_t> least,
                                  std::optional<std::int64_t> most) {
  const std::optional<std::int64_t> number = exact_integer(given);
  if (!number) return wrong_type(path, given, "a whole number");
  if (is_within(*number, least, most)) return *number;
  return wrong(path, fmt::format("is {}; allowed: {}", *number, range_text(least, most)));
}

Result<double> real_number(const std::string& path, const boost::json::value& given,
                           std::optional<std::int64_t> least, std::optional<std::int64_t> most) {
  if (!given.is_number()) return wrong_type(path, given, "a number");
  const double number = given.to_number<double>();
  if (is_within(number, least, most)) return number;
  return wrong(path, fmt::format("is {}; allowed: {}", number, range_text(least, most)));
}

Status check_utf8(const std::string& path, std::string_view text) {
  const auto bad = find_invalid_utf8(text);
  if (!bad) return {};
  return wrong(path, fmt::format("is not valid UTF-8 from byte {} on", *bad));
}

Result<std::string> text_value(const std::string& path, const boost::json::value& given,
                               std::optional<std::int64_t> least,
                               std::optional<std::int64_t> most) {
  if (!given.is_string()) return wrong_type(path, given, "a text");
  std::string text(given.get_string());
  LOOP_TRY_VOID(check_utf8(path, text));
  LOOP_TRY_VOID(check_length(path, "characters", count_characters(text), least, most));
  return text;
}

Result<Instant> instant_value(const std::string& path, const boost::json::value& given) {
  if (!given.is_string()) return wrong_type(path, given, "a time as text");
  const std::string text(given.get_string());
  constexpr std::size_t kDateLength = 10;
  const auto instant = parse_instant(text.size() == kDateLength ? text + "T00:00:00Z" : text);
  if (instant) return *instant;
  return wrong_type(path, given, "a time like 2025-11-01T06:38:00Z, or a date like 2025-11-01");
}

}  // namespace loop::ops
