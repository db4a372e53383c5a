// SPDX-License-Identifier: MIT
// Every limit that a description names, at one below, at it, and at one above.
#include <optional>

#include "ops/operations_fixture.hpp"

using namespace loop;
namespace json = boost::json;

namespace {

std::int64_t length_of(const FieldInfo& field) {
  return std::max<std::int64_t>(1, field.least.value_or(1));
}

// A value of the field with this length, or this number.
json::value value_at(const FieldInfo& field, std::int64_t size) {
  switch (field.kind) {
    case FieldKind::text:
      if (field.format == TextFormat::instant) return "2025-11-01T06:38:00Z";
      return json::value(std::string(static_cast<std::size_t>(size), 'a'));
    case FieldKind::list: {
      json::array list;
      for (std::int64_t i = 0; i < size; ++i)
        list.push_back(value_at(field.items[0], length_of(field.items[0])));
      return list;
    }
    case FieldKind::integer:
    case FieldKind::number: return size;
    case FieldKind::choice: return json::value(field.words[0]);
    case FieldKind::flag: return true;
    case FieldKind::object: return json::object{};
  }
  return nullptr;
}

json::object required_of(const std::vector<FieldInfo>& fields) {
  json::object given;
  for (const FieldInfo& field : fields) {
    if (field.is_required) given[field.name] = value_at(field, length_of(field));
  }
  return given;
}

struct Place {
  const Operation* operation = nullptr;
  std::vector<FieldInfo> siblings;
  std::string inside;  // name of the object that holds the field; empty: the request
};

bool is_accepted(const Place& place, const FieldInfo& field, std::int64_t size) {
  json::object given = required_of(place.siblings);
  given[field.name] = value_at(field, size);
  if (!place.inside.empty()) {
    json::object outer = required_of(place.operation->request_fields());
    outer[place.inside] = std::move(given);
    given = std::move(outer);
  }
  const Status checked = place.operation->check(given);
  if (!checked) {
    CHECK(checked.error().code() == Errc::invalid_argument);
    CHECK_THAT(checked.error().message(), Catch::Contains(field.name));
  }
  return checked.has_value();
}

// How many limits were decided.
int check_limits(const Place& place) {
  int decided = 0;
  for (const FieldInfo& field : place.siblings) {
    INFO(place.operation->info().name << " " << place.inside << " " << field.name);
    const bool is_length = field.kind == FieldKind::text || field.kind == FieldKind::list;
    for (const auto& limit : {field.least, field.most}) {
      if (!limit || (is_length && *limit == 0)) continue;
      for (const std::int64_t size : {*limit - 1, *limit, *limit + 1}) {
        INFO(size);
        const bool is_within =
            size >= field.least.value_or(size) && size <= field.most.value_or(size);
        CHECK(is_accepted(place, field, size) == is_within);
      }
      ++decided;
    }
    if (!field.fields.empty()) {
      decided += check_limits({place.operation, field.fields, field.name});
    }
  }
  return decided;
}

}  // namespace

TEST_CASE("each limit of each argument is decided at one below, at it, and at one above") {
  int decided = 0;
  for (const Operation* operation : operations()) {
    decided += check_limits({operation, operation->request_fields(), {}});
  }
  CHECK(decided > 50);
}
