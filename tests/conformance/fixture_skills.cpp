// SPDX-License-Identifier: MIT
// Skills: one with files in folders, one of a single file.
#include <boost/json.hpp>

#include "conformance/fixture.hpp"

namespace mcp::conformance {

namespace {

class FixtureSkills final : public SkillSource {
 public:
  std::vector<Skill> list() override {
    return {{.path = "letters/reply",
             .description = "Replies to a letter by one of its templates",
             .instructions = "# Reply\n\nTake the template that fits from `templates/`.\n",
             .frontmatter = {{"license", "MIT"}, {"metadata", {{"version", "1.0"}}}},
             .files = {{"templates/thanks.md", "Thank you, {name}.\n", "text/markdown"},
                       {"templates/formal/notice.md", "To whom it may concern.\n", "text/markdown"},
                       {"data/names.json", R"(["Ada", "Grace"])", "application/json"}}},
            {.path = "greeting",
             .description = "Greets a person by name",
             .instructions = "# Greeting\n\nSay hello, and the name.\n"}};
  }
};

}  // namespace

std::shared_ptr<SkillSource> make_skills() { return std::make_shared<FixtureSkills>(); }

}  // namespace mcp::conformance
