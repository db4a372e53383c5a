// SPDX-License-Identifier: MIT
// From JSON members to changes.
#include "ops/schedule_changes.hpp"

#include <boost/json.hpp>

#include <cmath>
#include <string>

namespace loop::ops {

namespace {

namespace json = boost::json;

// 5.0 is 5, as in JSON Schema; what is neither text, flag nor whole number is judged by its field.
std::optional<FieldValue> value_of(const json::value& given) {
  constexpr double kExactMax = 9007199254740992.0;
  if (given.is_null()) return std::nullopt;
  if (given.is_string()) return std::string(given.get_string());
  if (given.is_bool()) return given.get_bool();
  if (given.is_int64()) return given.get_int64();
  const bool is_whole = given.is_double() && std::abs(given.get_double()) <= kExactMax &&
                        std::trunc(given.get_double()) == given.get_double();
  if (is_whole) return static_cast<std::int64_t>(given.get_double());
  return JsonText{json::serialize(given)};
}

void add_members(const json::object& object, const std::string& prefix,
                 std::vector<FieldChange>& changes) {
  for (const auto& member : object) {
    const std::string key = prefix + std::string(member.key());
    if (key == "loop" && member.value().is_object()) {
      add_members(member.value().get_object(), "loop.", changes);
    } else {
      changes.push_back({key, value_of(member.value())});
    }
  }
}

}  // namespace

std::vector<FieldChange> changes_from(const AnyObject& fields) {
  std::vector<FieldChange> changes;
  add_members(json::parse(fields.json).get_object(), "", changes);
  return changes;
}

}  // namespace loop::ops
