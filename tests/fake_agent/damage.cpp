// SPDX-License-Identifier: MIT
// Walking through events.
#include "fake_agent/damage.hpp"

#include <array>
#include <functional>
#include <limits>
#include <string_view>

#include <boost/json.hpp>

namespace fake_agent {

namespace {

namespace json = boost::json;

using Change = std::function<void(json::value&)>;

void change_lines(std::vector<std::string>& lines, const Change& change) {
  for (std::string& line : lines) {
    boost::system::error_code problem;
    json::value value = json::parse(line, problem);
    if (problem || !value.is_object()) continue;
    change(value);
    line = json::serialize(value);
  }
}

void reverse(json::value& value) {
  if (json::array* array = value.if_array()) {
    for (json::value& element : *array) reverse(element);
  }
  json::object* object = value.if_object();
  if (object == nullptr) return;
  json::object reversed;
  for (std::size_t index = object->size(); index > 0; --index) {
    auto& member = *(object->begin() + static_cast<std::ptrdiff_t>(index - 1));
    reverse(member.value());
    reversed.emplace(member.key(), member.value());
  }
  value = std::move(reversed);
}

bool contains(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

// Whether a member counts tokens, by its name or by the object that it is in.
bool counts_tokens(std::string_view key, std::string_view parent) {
  if (contains(key, "oken") || parent == "tokens" || parent == "cache") return true;
  return key == "cached" || key == "input";
}

bool is_cost(std::string_view key) { return contains(key, "cost"); }  // also "costUSD"

using Replace = std::function<void(std::string_view key, std::string_view parent, json::value&)>;

void walk(json::value& value, const std::string& parent, const Replace& replace) {
  json::object* object = value.if_object();
  if (object == nullptr) return;
  for (auto& member : *object) {
    const std::string key(member.key());
    if (member.value().is_number()) replace(key, parent, member.value());
    walk(member.value(), key, replace);
  }
}

}  // namespace

std::vector<std::string> with_reversed_keys(std::vector<std::string> lines) {
  change_lines(lines, reverse);
  return lines;
}

std::vector<std::string> with_absurd_tokens(std::vector<std::string> lines) {
  const std::array<json::value, 4> absurd{-5, 1e300, std::numeric_limits<std::uint64_t>::max(),
                                          12.5};
  std::size_t count = 0;
  change_lines(lines, [&](json::value& event) {
    walk(event, {}, [&](std::string_view key, std::string_view parent, json::value& figure) {
      if (counts_tokens(key, parent)) figure = absurd.at(count++ % absurd.size());
    });
  });
  return lines;
}

std::vector<std::string> with_absurd_costs(std::vector<std::string> lines) {
  constexpr std::string_view kQuoted = "\"NaN\"";
  std::size_t count = 0;
  change_lines(lines, [&](json::value& event) {
    walk(event, {}, [&](std::string_view key, std::string_view, json::value& figure) {
      if (!is_cost(key)) return;
      figure = count++ % 2 == 0 ? json::value("NaN") : json::value(nullptr);
    });
  });
  for (std::string& line : lines) {
    const std::size_t at = line.find(kQuoted);
    if (at != std::string::npos) line.replace(at, kQuoted.size(), "NaN");
  }
  return lines;
}

}  // namespace fake_agent
