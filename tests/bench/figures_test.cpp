// SPDX-License-Identifier: MIT
// Medians, ratios, goals, rounds in turns, and what is told of them.
#include "harness/comparison.hpp"
#include "harness/figures.hpp"
#include "harness/report.hpp"
#include "harness/rounds.hpp"
#include "support/catch.hpp"

using namespace loop;
using namespace loop::bench;

namespace {

RowResult row_of(std::vector<double> ours, std::vector<double> theirs,
                 Better better = Better::more) {
  return {
      "group.row",
      "some work",
      "rows/s",
      better,
      {{"ours", Role::ours, std::move(ours), ""}, {"theirs", Role::peer, std::move(theirs), ""}},
      {{"theirs", 2}}};
}

RunResult run_of(const RowResult& row) { return {"machine", "build", {row}, {}, {}}; }

// Contenders that note the order in which they were measured.
Row noting_row(std::vector<std::string>& order) {
  Row row{"group.row", "some work", "rows/s", Better::more, {}, {}};
  row.prepare = [&order](const Scene&) -> Result<std::vector<Contender>> {
    const auto noting = [&order](const std::string& name) {
      return [&order, name]() -> Result<double> {
        order.push_back(name);
        return 1.0;
      };
    };
    return std::vector<Contender>{{"a", Role::ours, noting("a"), ""},
                                  {"b", Role::peer, noting("b"), ""},
                                  absent_contender("c", Role::peer, "not installed")};
  };
  return row;
}

}  // namespace

TEST_CASE("a ratio is the median of the rounds' ratios, not the ratio of medians") {
  const GoalResult result = judge(row_of({10, 40, 90}, {10, 10, 30}), {"theirs", 2});
  REQUIRE(result.ratio);
  CHECK(result.ratio->median == 3);
  CHECK(result.ratio->low == 1);
  CHECK(result.ratio->high == 4);
  CHECK(result.is_reached);
}

TEST_CASE("where less is better a ratio above one still means that ours is better") {
  const GoalResult result = judge(row_of({5, 5}, {10, 20}, Better::less), {"theirs", 4});
  REQUIRE(result.ratio);
  CHECK(result.ratio->median == 3);
  CHECK_FALSE(result.is_reached);
}

TEST_CASE("a goal without a name is a bound in the unit of the row") {
  CHECK(judge(row_of({9, 11, 10}, {1, 1, 1}, Better::less), {"", 10}).is_reached);
  CHECK_FALSE(judge(row_of({9, 11, 10}, {1, 1, 1}, Better::more), {"", 10.5}).is_reached);
}

TEST_CASE("a goal against what is absent is neither reached nor missed") {
  const GoalResult result = judge(row_of({1}, {}), {"theirs", 2});
  CHECK_FALSE(result.ratio);
  CHECK(to_text(run_of(row_of({1}, {}))).find("MISSED") == std::string::npos);
}

TEST_CASE("rounds are in turns, each beginning with another contender, and name who is absent") {
  std::vector<std::string> order;
  const auto result = measure_row(noting_row(order), Scene{}, 3);
  REQUIRE(result);
  CHECK(order == std::vector<std::string>{"a", "b", "b", "a", "a", "b"});
  CHECK(result->contenders[2].absent == "not installed");
  CHECK(to_text(run_of(*result)).find("absent: not installed") != std::string::npos);
}

TEST_CASE("ours alone is measured when asked") {
  std::vector<std::string> order;
  Scene scene;
  scene.only_ours = true;
  REQUIRE(measure_row(noting_row(order), scene, 2));
  CHECK(order == std::vector<std::string>{"a", "a"});
}

TEST_CASE("a wrong result ends the row and names the contender") {
  Row row{"group.row", "some work", "rows/s", Better::more, {}, {}};
  row.prepare = [](const Scene&) -> Result<std::vector<Contender>> {
    return std::vector<Contender>{
        {"liar", Role::ours,
         []() -> Result<double> { return Error(Errc::invalid_data, "3 rows of 4"); }, ""}};
  };
  const auto result = measure_row(row, Scene{}, 1);
  REQUIRE_FALSE(result);
  CHECK_THAT(result.error().message(), Catch::Contains("liar") && Catch::Contains("3 rows of 4"));
}

TEST_CASE("results as JSON are read back whole") {
  const RunResult run = run_of(row_of({1.5, 2.25}, {3, 4}, Better::less));
  const auto back = parse_run(to_json(run));
  REQUIRE(back);
  CHECK(to_json(*back) == to_json(run));
  CHECK_FALSE(parse_run("{\"rows\": 3}"));
  CHECK_FALSE(parse_run("nonsense"));
}

TEST_CASE("a row that lost more than the limit in every round is slower") {
  const auto change = [](std::vector<double> before, std::vector<double> after) {
    return compare(run_of(row_of(std::move(before), {})), run_of(row_of(std::move(after), {})), 0.1)
        .is_slower();
  };
  CHECK(change({100, 100, 100}, {85, 88, 80}));
  CHECK_FALSE(change({100, 100, 100}, {92, 95, 91}));
  CHECK_FALSE(change({100, 100, 100}, {85, 80, 101}));  // one round reached what it was
  CHECK_FALSE(change({100, 100, 100}, {120, 130, 110}));
}

TEST_CASE("a row that one of two runs lacks is named") {
  const Comparison comparison = compare(run_of(row_of({1}, {})), RunResult{}, 0.1);
  CHECK(comparison.only_before == std::vector<std::string>{"group.row"});
  CHECK_FALSE(comparison.is_slower());
}

TEST_CASE("numbers are short") {
  CHECK(short_number(528'001) == "528 k");
  CHECK(short_number(0.0213) == "0.021");
  CHECK(short_number(9'999) == "9999");
  CHECK(short_number(12.34) == "12.3");
}

TEST_CASE("plots are whole documents with their texts escaped") {
  RowResult row = row_of({4, 4}, {1, 2});
  row.id = "a<b";
  const std::string plot = ratios_svg(run_of(row));
  CHECK(plot.starts_with("<svg "));
  CHECK(plot.ends_with("</svg>\n"));
  CHECK(plot.find("a&lt;b") != std::string::npos);
  CHECK(plot.find("a<b") == std::string::npos);
  const GrowthResult growth{"g", "work", "rows", "us", {{10, {1, 2}}, {1000, {3, 4}}}};
  CHECK(growth_svg(growth).ends_with("</svg>\n"));
}

TEST_CASE(
    "the table for docs has a line for each contender, with what was missed and who is absent") {
  RowResult row = row_of({4, 4}, {4, 4});
  row.contenders.push_back({"gone", Role::limit, {}, "not installed"});
  const std::string table = to_markdown(run_of(row));
  CHECK(table.find("| `group.row`: some work | 4.00 rows/s | | | |  |\n") != std::string::npos);
  CHECK(table.find("| | | theirs | 4.00 rows/s | 1.00 [1.00..1.00] | 2.00 **missed** |\n") !=
        std::string::npos);
  CHECK(table.find("| | | gone (limit) | absent | | |\n") != std::string::npos);
}
