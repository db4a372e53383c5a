// SPDX-License-Identifier: MIT
// Calls of the stand-in.
#include "fake_agent/fake_agent_fixture.hpp"

#include <sstream>

namespace loop::test {

const std::map<std::string, std::vector<std::string>>& dialect_commands() {
  static const std::map<std::string, std::vector<std::string>> commands{
      {"claude", {"-p", "--output-format", "stream-json", "--verbose"}},
      {"codex", {"exec", "--json", "--skip-git-repo-check"}},
      {"gemini", {"-o", "stream-json", "--skip-trust", "-p"}},
      {"opencode", {"run", "--format", "json"}},
      {"text", {}},
  };
  return commands;
}

FakeAgent::FakeAgent() {
  environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", folder.path()}, {"GEMINI_API_KEY", "fake"}};
}

ProgramResult FakeAgent::run(const std::string& dialect, const std::vector<std::string>& words,
                             const std::string& input) const {
  ProgramSpec spec;
  spec.argv = {LOOP_FAKE_AGENT};
  spec.argv.insert(spec.argv.end(), words.begin(), words.end());
  spec.environment = environment;
  spec.environment["FAKE_AGENT"] = dialect;
  spec.directory = folder.path();
  spec.input = input;
  return run_program(spec);
}

ProgramResult FakeAgent::play(const std::string& dialect, const std::string& prompt) const {
  std::vector<std::string> words = dialect_commands().at(dialect);
  words.push_back(prompt);
  return run(dialect, words);
}

std::vector<boost::json::object> events_of(const std::string& out) {
  std::vector<boost::json::object> events;
  std::istringstream in(out);
  for (std::string line; std::getline(in, line);) {
    INFO(line);
    boost::system::error_code problem;
    const auto value = boost::json::parse(line, problem);
    REQUIRE_FALSE(problem);
    REQUIRE(value.is_object());
    events.push_back(value.get_object());
  }
  return events;
}

std::string types_of(const std::string& out) {
  std::string types;
  for (const auto& event : events_of(out)) {
    const auto& type = event.at("type").as_string();
    types += (types.empty() ? "" : " ") + std::string(type.data(), type.size());
  }
  return types;
}

}  // namespace loop::test
