// SPDX-License-Identifier: MIT
// Which stage comes next, and which mode serves it.
#include "loop/domain/workflow.h"

#include "support/catch.hpp"

using namespace loop;

namespace {

const std::vector<Stage> kAll{Stage::implementation, Stage::validation, Stage::quality,
                              Stage::integration, Stage::planning};

WorkflowPosition at(Stage stage, std::size_t round = 1) {
  return {.stage = stage, .round = round, .findings = {}};
}

}  // namespace

TEST_CASE("stages are named in any case, and an unknown one lists the five") {
  CHECK(*parse_stage("Validation") == Stage::validation);
  CHECK(*parse_stage(" QUALITY ") == Stage::quality);

  const auto unknown = parse_stage("Validaton");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code() == Errc::invalid_argument);
  CHECK_THAT(unknown.error().message(),
             Catch::Contains("did you mean \"Validation\"") && Catch::Contains("Planning"));
}

TEST_CASE("a workflow names at least one stage, each once, in the order of the loop") {
  CHECK(parse_workflow({"Implementation", "Quality"})->size() == 2);
  CHECK_FALSE(parse_workflow({}));
  CHECK_FALSE(parse_workflow({"Quality", "Implementation"}));
  CHECK_FALSE(parse_workflow({"Quality", "Quality"}));
}

TEST_CASE("a loop that always succeeds goes through its stages and closes") {
  auto position = next_position(kAll, std::nullopt, true, "");
  for (const std::size_t round : {1u, 2u}) {
    for (const Stage stage : kAll) {
      CHECK(position.stage == stage);
      CHECK(position.round == round);
      position = next_position(kAll, position, true, "");
    }
  }
}

TEST_CASE("a failed check goes back to the implementation with its findings") {
  for (const Stage stage : {Stage::validation, Stage::quality}) {
    const auto back = next_position(kAll, at(stage, 4), false, "two tests fail");
    CHECK(back.stage == Stage::implementation);
    CHECK(back.round == 4);
    CHECK(back.findings == "two tests fail");
    CHECK(back.findings_from == stage);
  }
}

TEST_CASE("the findings end with the stage that was given them") {
  const auto back = next_position(kAll, at(Stage::quality), false, "slow");
  const auto next = next_position(kAll, back, true, "");

  CHECK(next.stage == Stage::validation);
  CHECK(next.findings.empty());
}

TEST_CASE("any other failed stage is tried again") {
  for (const Stage stage : {Stage::implementation, Stage::integration, Stage::planning}) {
    CHECK(next_position(kAll, at(stage, 2), false, "x").stage == stage);
    CHECK(next_position(kAll, at(stage, 2), false, "x").round == 2);
  }
}

TEST_CASE("an implementation that fails keeps the findings it was given") {
  const auto back = next_position(kAll, at(Stage::quality), false, "slow");

  const auto again = next_position(kAll, back, false, "crash");
  CHECK(again.findings == "slow\n\ncrash");
  CHECK(again.findings_from == Stage::quality);
  CHECK(next_position(kAll, back, false, "").findings == "slow");
}

TEST_CASE("what a stage that succeeded found goes to the next one") {
  const auto next = next_position(kAll, at(Stage::implementation), true, "wrote a.cpp");

  CHECK(next.stage == Stage::validation);
  CHECK(next.findings == "wrote a.cpp");
  CHECK(next.findings_from == Stage::implementation);
}

TEST_CASE("without an implementation a failed check goes back to the first stage") {
  const std::vector<Stage> stages{Stage::validation, Stage::quality, Stage::planning};

  CHECK(next_position(stages, at(Stage::quality), false, "x").stage == Stage::validation);
}

TEST_CASE("a stage that was edited away is followed by the next one that stands") {
  const std::vector<Stage> stages{Stage::implementation, Stage::planning};

  CHECK(next_position(stages, at(Stage::quality), true, "").stage == Stage::planning);
  CHECK(next_position(stages, at(Stage::integration), false, "").stage == Stage::planning);
}

TEST_CASE("the first mode with the stage's prefix serves it, else the built-in one") {
  const std::vector<ModeSlug> known{ModeSlug("validations"), ModeSlug("validation-static"),
                                    ModeSlug("validation-unit"), ModeSlug("quality")};

  CHECK(mode_for(Stage::validation, known).str() == "validation-static");
  CHECK(mode_for(Stage::quality, known).str() == "quality");
  CHECK(mode_for(Stage::implementation, known).str() == "code");
  CHECK(mode_for(Stage::planning, {}).str() == "architect");
}
