// SPDX-License-Identifier: MIT
// Reading the members of a JSON object into values, with the first problem kept and named; texts
// as such members.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "loop/base/ids.h"
#include "loop/base/time.h"

namespace loop {

inline constexpr std::int64_t kRunRecordSchema = 1;

// JSON is Unicode; what an agent said need not be.
boost::json::string text_value(std::string_view text);
boost::json::array list_value(const std::vector<std::string>& texts);

// Each reader gives an empty value for a member that is wrong; the caller asks `problem()` once.
class JsonFields {
 public:
  // Also checks "schema": a file of a newer program is refused, not half understood.
  static Result<JsonFields> open(std::string_view text);
  explicit JsonFields(boost::json::object object) : object_(std::move(object)) {}

  std::string text(std::string_view key);
  std::string text_or(std::string_view key, std::string fallback);
  std::int64_t number(std::string_view key);
  std::int64_t number_or(std::string_view key, std::int64_t fallback);
  bool flag(std::string_view key);
  Instant instant(std::string_view key);
  std::optional<Instant> instant_if_any(std::string_view key);
  Duration duration_ms(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  std::vector<int> numbers(std::string_view key);
  std::map<std::string, std::string> text_map(std::string_view key);
  JsonFields object(std::string_view key);

  bool has(std::string_view key) const;
  std::vector<std::string> names() const;  // of all members
  // Notes the problem unless there is one already: "key": what is wrong.
  void refuse(std::string_view key, std::string_view why);
  // Takes over the problem of a member's own fields.
  void take_problem(std::string_view key, const JsonFields& nested);
  Status problem() const;

 private:
  const boost::json::value* find(std::string_view key) const;
  const boost::json::value* need(std::string_view key);

  boost::json::object object_;
  std::string problem_;
};

}  // namespace loop
