// SPDX-License-Identifier: MIT
// For generated arguments the decoder accepts what the schema accepts and refuses what it refuses.
#include <random>

#include "loop/base/time.h"
#include "ops/operations_fixture.hpp"

using namespace loop;
using namespace loop::test;
namespace json = boost::json;

namespace {

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (c & '\xC0') != '\x80' ? 1 : 0;
  return count;
}

bool is_in_range(double number, const json::object& schema, std::string_view least,
                 std::string_view most) {
  if (const auto* limit = schema.if_contains(least); limit && number < limit->to_number<double>())
    return false;
  const auto* limit = schema.if_contains(most);
  return !limit || number <= limit->to_number<double>();
}

bool accepts(const json::object& schema, const json::value& value);

bool accepts_object(const json::object& schema, const json::object& value) {
  const json::value* properties = schema.if_contains("properties");
  if (properties == nullptr) return true;
  for (const auto& member : value) {
    const json::value* property = properties->get_object().if_contains(member.key());
    if (property == nullptr) return false;  // additionalProperties is false wherever there are some
    if (!accepts(property->get_object(), member.value())) return false;
  }
  const json::value* required = schema.if_contains("required");
  if (required == nullptr) return true;
  for (const json::value& name : required->get_array()) {
    if (!value.contains(name.get_string())) return false;
  }
  return true;
}

bool accepts_text(const json::object& schema, const std::string& text) {
  if (const json::value* words = schema.if_contains("enum")) {
    const auto& list = words->get_array();
    return std::find(list.begin(), list.end(), json::value(text)) != list.end();
  }
  if (const json::value* format = schema.if_contains("format")) {
    // A date alone is taken, too.
    const bool is_date = text.size() == 10 && parse_instant(text + "T00:00:00Z");
    if (format->get_string() == "date-time" && !is_date && !parse_instant(text)) return false;
  }
  return is_in_range(static_cast<double>(count_code_points(text)), schema, "minLength",
                     "maxLength");
}

// The part of JSON Schema that the schemas use, written from its specification.
bool accepts(const json::object& schema, const json::value& value) {
  const std::string_view type = schema.at("type").get_string();
  if (type == "object") return value.is_object() && accepts_object(schema, value.get_object());
  if (type == "boolean") return value.is_bool();
  if (type == "string") {
    return value.is_string() && accepts_text(schema, std::string(value.get_string()));
  }
  if (type == "array") {
    if (!value.is_array()) return false;
    const auto& list = value.get_array();
    if (!is_in_range(static_cast<double>(list.size()), schema, "minItems", "maxItems"))
      return false;
    return std::all_of(list.begin(), list.end(), [&](const json::value& item) {
      return accepts(schema.at("items").get_object(), item);
    });
  }
  if (!value.is_number()) return false;
  const double number = value.to_number<double>();
  if (type == "integer" && std::trunc(number) != number) return false;
  return is_in_range(number, schema, "minimum", "maximum");
}

// Leaves what decides whether arguments are accepted.
json::object without_words(json::object schema) {
  for (auto& property : schema.at("properties").as_object()) {
    json::object& field = property.value().as_object();
    field.erase("description");
    field.erase("default");
    if (field.contains("properties")) field = without_words(std::move(field));
  }
  return schema;
}

// Values that are right, nearly right, and of another type.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : engine_(seed) {}

  json::value value(const json::object& schema) {
    if (chance(12)) return anything();
    const std::string_view type = schema.at("type").get_string();
    if (type == "object") return object(schema);
    if (type == "boolean") return chance(2);
    if (type == "string") return text(schema);
    if (type == "array") return list(schema);
    return number(schema);
  }

  json::object object(const json::object& schema) {
    json::object made;
    const json::value* properties = schema.if_contains("properties");
    if (properties == nullptr) return {{"a", 1}};
    const json::value* required = schema.if_contains("required");
    for (const auto& property : properties->get_object()) {
      const bool is_required =
          required && std::count(required->get_array().begin(), required->get_array().end(),
                                 json::value(property.key())) > 0;
      if (is_required ? chance(20) : !chance(3)) continue;
      made[property.key()] = value(property.value().get_object());
    }
    if (chance(25)) made["no_such_argument"] = 1;
    return made;
  }

 private:
  bool chance(std::uint64_t one_in) { return engine_() % one_in == 0; }

  json::value anything() {
    static const std::vector<json::value> values{
        nullptr,        true,          0, -1, 5.0, 5.5, 1e300, "", "x", json::array{},
        json::array{1}, json::object{}};
    return values[engine_() % values.size()];
  }

  std::int64_t near(const json::object& schema, std::string_view least, std::string_view most) {
    const json::value* low = schema.if_contains(least);
    const json::value* high = schema.if_contains(most);
    const std::int64_t step = static_cast<std::int64_t>(engine_() % 3) - 1;
    if (high && (!low || chance(2))) return high->to_number<std::int64_t>() + step;
    if (low) return low->to_number<std::int64_t>() + step;
    return static_cast<std::int64_t>(engine_() % 20);
  }

  json::value text(const json::object& schema) {
    if (const json::value* words = schema.if_contains("enum"); words && !chance(10)) {
      return words->get_array()[engine_() % words->get_array().size()];
    }
    if (schema.contains("format") && !chance(4)) return "2025-11-01T06:38:00Z";
    const std::int64_t length =
        std::clamp<std::int64_t>(near(schema, "minLength", "maxLength"), 0, 20'000);
    std::string made;
    for (std::int64_t i = 0; i < length; ++i) made += chance(2) ? "ä" : "a";
    return json::value(made);
  }

  json::value number(const json::object& schema) {
    const std::int64_t whole = near(schema, "minimum", "maximum");
    if (chance(8)) return static_cast<double>(whole) + 0.5;
    if (chance(8)) return static_cast<double>(whole);
    return whole;
  }

  json::value list(const json::object& schema) {
    const std::int64_t length =
        std::clamp<std::int64_t>(near(schema, "minItems", "maxItems"), 0, 300);
    json::array made;
    for (std::int64_t i = 0; i < length; ++i)
      made.push_back(value(schema.at("items").get_object()));
    return made;
  }

  std::mt19937_64 engine_;
};

}  // namespace

TEST_CASE("the decoder accepts what the schema accepts, and refuses what it refuses") {
  for (const Operation* operation : operations()) {
    // The whole schema says no more of this; see below.
    const json::object schema = input_schema(*operation, SchemaDetail::compact);
    std::size_t accepted = 0;
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
      const json::object arguments = Generator(seed).object(schema);
      const bool is_good = accepts(schema, arguments);
      const Status checked = operation->check(arguments);
      INFO(operation->info().name << ", seed " << seed << ": " << json::serialize(arguments));
      INFO((checked ? std::string("accepted") : checked.error().message()));
      REQUIRE(checked.has_value() == is_good);
      if (!checked) CHECK(checked.error().code() == Errc::invalid_argument);
      accepted += is_good ? 1 : 0;
    }
    INFO(operation->info().name);
    CHECK(accepted > 50);
  }
}

TEST_CASE("every operation says what it is, in few bytes") {
  for (const Operation* operation : operations()) {
    const OperationInfo& info = operation->info();
    INFO(info.name);
    CHECK_FALSE(info.title.empty());
    CHECK_FALSE(info.meaning.empty());
    CHECK(find_operation(info.name) == operation);
    CHECK_FALSE((info.hints.is_read_only && info.hints.is_destructive));
    for (const FieldInfo& field : operation->request_fields()) {
      INFO(field.name);
      CHECK_FALSE(field.meaning.empty());
      CHECK_FALSE(field.meaning.ends_with('.'));
    }
    const auto schema = input_schema(*operation, SchemaDetail::compact);
    CHECK(json::serialize(schema).size() + info.meaning.size() < 1'000);
  }
}

TEST_CASE("the schema in the list differs from the whole one in words only") {
  for (const Operation* operation : operations()) {
    INFO(operation->info().name);
    CHECK(without_words(input_schema(*operation, SchemaDetail::compact)) ==
          without_words(input_schema(*operation, SchemaDetail::whole)));
  }
}
