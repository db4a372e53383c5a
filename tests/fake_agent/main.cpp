// SPDX-License-Identifier: MIT
// A stand-in for coding agents: `FAKE_AGENT=claude fake_agent -p "scenario:api_429" ...`.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <sstream>

#include <fmt/format.h>

#include "fake_agent/dialect.hpp"
#include "fake_agent/performance.hpp"
#include "fake_agent/player.hpp"

namespace {

using namespace fake_agent;

constexpr int kMisused = 64;
constexpr const char* kAnswer = "Fake answer: Grüße, 世界 🚀";

// "scenario:ok" in the prompt, else FAKE_SCENARIO in the environment. The last one counts: the task
// stands at the end of a prompt.
class Settings {
 public:
  Settings(const Surroundings& around, std::string prompt)
      : around_(around), prompt_(std::move(prompt)) {}

  std::string get(const std::string& word, const std::string& variable) const {
    std::istringstream in(prompt_);
    std::string found;
    for (std::string text; in >> text;) {
      if (text.starts_with(word + ":")) found = text.substr(word.size() + 1);
    }
    return found.empty() ? around_.variable(variable) : found;
  }

 private:
  const Surroundings& around_;
  std::string prompt_;
};

// The number after "/a" at the end of LOOP_ATTEMPT; 1 without one.
int launch_of(const std::string& attempt) {
  const std::size_t slash = attempt.rfind("/a");
  if (slash == std::string::npos) return 1;
  const std::string digits = attempt.substr(slash + 2);
  const bool is_number =
      !digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos;
  return is_number ? std::stoi(digits) : 1;
}

Part choose_part(const Settings& settings, const Surroundings& around) {
  Part part;
  const std::string list = settings.get("scenario", "FAKE_SCENARIO");
  const std::string name =
      scenario_of_launch(list.empty() ? "ok" : list, launch_of(around.variable("LOOP_ATTEMPT")));
  const auto scenario = parse_scenario(name);
  if (!scenario) throw std::invalid_argument("unknown scenario \"" + name + "\"");
  part.scenario = *scenario;
  part.figures =
      parse_figures(settings.get("usage", "FAKE_USAGE"), settings.get("cost", "FAKE_COST"));
  part.answer = around.variable("FAKE_ANSWER");
  if (part.answer.empty()) part.answer = kAnswer;
  part.message = around.variable("FAKE_MESSAGE");
  if (part.scenario == Scenario::calls_back) {
    part.answer = call_back(around.variable("FAKE_CALLBACK"));
  }
  return part;
}

int refuse(const Refusal& refusal) {
  std::fputs(refusal.out.c_str(), stdout);
  std::fputs(refusal.err.c_str(), stderr);
  return refusal.exit_code;
}

int run(const std::vector<std::string>& words, std::string name) {
  if (const char* chosen = std::getenv("FAKE_AGENT"); chosen != nullptr) name = chosen;
  const std::unique_ptr<Dialect> dialect = make_dialect(name);
  if (dialect == nullptr) {
    throw std::invalid_argument(
        "set FAKE_AGENT to claude, codex, gemini, opencode or text, or name the program so");
  }
  const Surroundings around(name);
  if (const auto refusal = dialect->read(words, around)) return refuse(*refusal);
  const Settings settings(around, dialect->request().prompt);
  const Part part = choose_part(settings, around);
  return play(perform(*dialect, part), dialect->exit_code_of_term(), around.variable("FAKE_PIDS"));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc}, std::filesystem::path(argv[0]).filename().string());
  } catch (const std::exception& problem) {
    fmt::print(stderr, "fake_agent: {}\n", problem.what());
    return kMisused;
  }
}
