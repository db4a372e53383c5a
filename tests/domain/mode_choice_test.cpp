// SPDX-License-Identifier: MIT
// Choosing a mode by the words of a task.
#include "loop/domain/mode_choice.h"

#include <algorithm>

#include "sim/sim_random.hpp"
#include "support/catch.hpp"

using namespace loop;

namespace {

Mode mode(const std::string& slug, const std::string& name, const std::string& when,
          const std::string& description = {}) {
  Mode made;
  made.slug = ModeSlug(slug);
  made.name = name;
  made.when_to_use = when;
  made.description = description;
  return made;
}

const std::vector<Mode> kModes{
    mode("code", "Code", "Write, change or refactor code", "Implementation of features"),
    mode("validation-unit", "Unit validator", "Run unit tests and report failures"),
    mode("docs", "Writer", "Write pages for readers", "Documentation in Markdown"),
};

int score_of(const std::vector<ModeScore>& scores, const std::string& slug) {
  const auto found = std::find_if(scores.begin(), scores.end(),
                                  [&](const ModeScore& s) { return s.mode.str() == slug; });
  REQUIRE(found != scores.end());
  return found->score;
}

}  // namespace

TEST_CASE("a word counts once, for the most telling part of the mode that holds it") {
  CHECK(score_of(rank_modes("unit", kModes), "validation-unit") == 8);
  CHECK(score_of(rank_modes("unit unit UNIT units", kModes), "validation-unit") == 8);
  CHECK(score_of(rank_modes("writer", kModes), "docs") == 6);
  CHECK(score_of(rank_modes("refactor", kModes), "code") == 3);
  CHECK(score_of(rank_modes("markdown", kModes), "docs") == 2);
  CHECK(score_of(rank_modes("refactor the markdown", kModes), "code") == 3);
}

TEST_CASE("endings do not matter, and a long word matches what begins it") {
  CHECK(score_of(rank_modes("testing", kModes), "validation-unit") == 3);
  CHECK(score_of(rank_modes("implement it", kModes), "code") == 2);
  CHECK(score_of(rank_modes("validat", kModes), "validation-unit") == 8);
  CHECK(score_of(rank_modes("repo", kModes), "validation-unit") == 0);
}

TEST_CASE("words of two letters and words of every text count nothing") {
  CHECK(score_of(rank_modes("or in it", kModes), "code") == 0);
  CHECK(score_of(rank_modes("for the and with", kModes), "docs") == 0);
  CHECK(score_of(rank_modes("run", kModes), "validation-unit") == 3);
}

TEST_CASE("a word that all modes hold tells nothing, unless there is one mode only") {
  const std::vector<Mode> two{mode("a-task", "A", ""), mode("b-task", "B", "")};
  CHECK(score_of(rank_modes("task", two), "a-task") == 0);
  CHECK(score_of(rank_modes("task", {&two[0], 1}), "a-task") == 8);
}

TEST_CASE("the best mode is chosen, the first among equals") {
  CHECK(choose_mode("run the unit tests", kModes, ModeSlug("code")).mode.str() ==
        "validation-unit");
  const std::vector<Mode> equal{mode("x", "Search", ""), mode("y", "Search", ""),
                                mode("z", "Other", "")};
  CHECK(choose_mode("search", equal, ModeSlug("z")).mode.str() == "x");
}

TEST_CASE("without a match the fallback is chosen, and without that the first mode") {
  CHECK(choose_mode("qqq", kModes, ModeSlug("docs")).mode.str() == "docs");
  CHECK(choose_mode("", kModes, ModeSlug("none")).mode.str() == "code");
  CHECK(choose_mode("qqq", built_in_modes(), ModeSlug("code")).mode.str() == "code");
}

TEST_CASE("the score names the words that made it, in the task's order") {
  const auto scores = rank_modes("report failures of unit tests", kModes);
  REQUIRE(scores.front().mode.str() == "validation-unit");
  CHECK(scores.front().words == std::vector<std::string>{"report", "failur", "unit", "test"});
}

TEST_CASE("for any text: every mode once, scores fall, and the same text gives the same ranking") {
  sim::SimRandom random(7);
  const std::string alphabet = "code unit test docs\xc3\xa9\xff\n\t-_9 validation";
  for (int round = 0; round < 300; ++round) {
    std::string task;
    for (std::uint64_t left = random.below(60); left > 0; --left) {
      task += alphabet[static_cast<std::size_t>(random.below(alphabet.size()))];
    }
    const auto scores = rank_modes(task, kModes);
    REQUIRE(scores.size() == kModes.size());
    CHECK(std::is_sorted(scores.begin(), scores.end(),
                         [](const auto& a, const auto& b) { return a.score > b.score; }));
    const auto doubled = rank_modes(task + " " + task, kModes);
    for (std::size_t at = 0; at < scores.size(); ++at) {
      CHECK(scores[at].mode == doubled[at].mode);
      CHECK(scores[at].score == doubled[at].score);
      CHECK((scores[at].score > 0) == !scores[at].words.empty());
    }
  }
}
