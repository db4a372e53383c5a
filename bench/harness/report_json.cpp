// SPDX-License-Identifier: MIT
// Results as JSON, and back: {"schema": 1, "machine", "build", "rows": [...], "growths": [...]}.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "harness/report.hpp"

namespace loop::bench {

namespace json = boost::json;

namespace {

constexpr int kSchema = 1;

std::string_view word_of(Role role) {
  return role == Role::ours ? "ours" : role == Role::limit ? "limit" : "peer";
}

json::object contender_json(const ContenderResult& contender) {
  json::object object{{"name", contender.name},
                      {"role", word_of(contender.role)},
                      {"samples", json::value_from(contender.samples)}};
  if (!contender.absent.empty()) object["absent"] = contender.absent;
  return object;
}

json::object goal_json(const RowResult& row, const Goal& goal) {
  json::object object{{"against", goal.against}, {"factor", goal.factor}};
  const GoalResult result = judge(row, goal);
  if (!result.ratio) return object;
  object["median"] = result.ratio->median;
  object["low"] = result.ratio->low;
  object["high"] = result.ratio->high;
  object["reached"] = result.is_reached;
  return object;
}

json::object row_json(const RowResult& row) {
  json::array contenders;
  for (const auto& contender : row.contenders) contenders.push_back(contender_json(contender));
  json::array goals;
  for (const Goal& goal : row.goals) goals.push_back(goal_json(row, goal));
  return {{"id", row.id},
          {"what", row.what},
          {"unit", row.unit},
          {"better", row.better == Better::more ? "more" : "less"},
          {"contenders", std::move(contenders)},
          {"goals", std::move(goals)}};
}

json::object growth_json(const GrowthResult& growth) {
  json::array points;
  for (const GrowthPoint& point : growth.points) {
    points.push_back({{"size", point.size}, {"samples", json::value_from(point.samples)}});
  }
  return {{"id", growth.id},
          {"what", growth.what},
          {"size_unit", growth.size_unit},
          {"unit", growth.unit},
          {"points", std::move(points)}};
}

std::string text_of(const json::object& object, std::string_view key) {
  return std::string(object.at(key).as_string());
}

RowResult parse_row(const json::object& object) {
  RowResult row{text_of(object, "id"),
                text_of(object, "what"),
                text_of(object, "unit"),
                object.at("better").as_string() == "more" ? Better::more : Better::less,
                {},
                {}};
  for (const json::value& value : object.at("contenders").as_array()) {
    const json::object& one = value.as_object();
    const std::string role = text_of(one, "role");
    row.contenders.push_back({text_of(one, "name"),
                              role == "ours"    ? Role::ours
                              : role == "limit" ? Role::limit
                                                : Role::peer,
                              json::value_to<std::vector<double>>(one.at("samples")),
                              one.contains("absent") ? text_of(one, "absent") : std::string()});
  }
  for (const json::value& value : object.at("goals").as_array()) {
    const json::object& goal = value.as_object();
    row.goals.push_back({text_of(goal, "against"), goal.at("factor").to_number<double>()});
  }
  return row;
}

}  // namespace

std::string to_json(const RunResult& run) {
  json::array rows;
  for (const RowResult& row : run.rows) rows.push_back(row_json(row));
  json::array growths;
  for (const GrowthResult& growth : run.growths) growths.push_back(growth_json(growth));
  const json::object object{{"schema", kSchema},
                            {"machine", run.machine},
                            {"build", run.build},
                            {"rows", std::move(rows)},
                            {"growths", std::move(growths)}};
  return json::serialize(object) + "\n";
}

// Growths are not read back: nothing compares them.
Result<RunResult> parse_run(std::string_view text) {
  try {
    const json::value value = json::parse(text);
    const json::object& object = value.as_object();
    RunResult run{text_of(object, "machine"), text_of(object, "build"), {}, {}, {}};
    for (const json::value& row : object.at("rows").as_array()) {
      run.rows.push_back(parse_row(row.as_object()));
    }
    return run;
  } catch (const std::exception& wrong) {
    return Error(Errc::invalid_data, fmt::format("no results of this program: {}", wrong.what()));
  }
}

}  // namespace loop::bench
