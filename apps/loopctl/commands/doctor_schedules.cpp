// SPDX-License-Identifier: MIT
// Checks of what decides about runs: configuration, schedules, agents, modes.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <map>

#include <unistd.h>

#include "commands/doctor.hpp"
#include "loop/agents/adapter.h"
#include "loop/base/text.h"
#include "loop/domain/modes.h"
#include "loop/store/layout.h"
#include "text_forms.hpp"

namespace loopctl {

using loop::Errc;
using loop::Schedule;

namespace {

loop::Result<loop::ModeBook> load_modes(Session& session) {
  LOOP_TRY(const std::string global, session.global_modes());
  return loop::ModeBook::load(session.files(), global);
}

// A schedule that does not run anyway has no need to be right.
Severity severity_for(const Schedule& schedule) {
  return schedule.active && !schedule.loop.paused ? Severity::error : Severity::note;
}

class ScheduleCheck {
 public:
  ScheduleCheck(Session& session, const Schedule& schedule, Findings& findings)
      : session_(session), schedule_(schedule), findings_(findings) {}

  void add(Severity severity, std::string_view message) {
    findings_.add(severity, loop::layout::schedules().str(),
                  fmt::format("schedule \"{}\" ({}): {}", shown(schedule_.name, 60),
                              shown(schedule_.id.str(), 60), message));
  }

  void check_own() {
    if (schedule_.invalid) add(severity_for(schedule_), *schedule_.invalid);
    for (const std::string& warning : schedule_.warnings) add(Severity::warning, warning);
  }

  void check_mode(const loop::ModeBook& modes) {
    if (!schedule_.loop.workflow.empty()) return;  // its stages choose among the modes there are
    const auto mode = modes.require(schedule_.mode);
    if (!mode) add(severity_for(schedule_), mode.error().message());
  }

  void check_agent(const loop::Config& config, bool is_trusted) {
    const std::string& own = schedule_.loop.agent;
    const std::string& name = own.empty() ? config.default_agent : own;
    if (name.empty()) {
      add(severity_for(schedule_),
          "no agent: set loop.agent in the schedule, or engine.default_agent in the configuration");
      return;
    }
    const auto definition = definition_of(config, name);
    if (!definition) {
      add(severity_for(schedule_), fmt::format("unknown agent \"{}\"", shown(name, 80)));
    } else if (definition->adapter == "shell" && !is_trusted) {
      add(severity_for(schedule_),
          fmt::format("agent \"{}\" runs the instructions as a script, which needs a trusted "
                      "workspace: loopctl trust",
                      shown(name, 80)));
    } else if (definition->adapter != "shell" &&
               !is_program(session_.surroundings(), definition->command)) {
      add(severity_for(schedule_), fmt::format("agent \"{}\": program \"{}\" is not found",
                                               shown(name, 80), shown(definition->command, 200)));
    }
  }

  void check_after(const loop::ScheduleBook& book) {
    for (const loop::ScheduleId& id : schedule_.loop.after) {
      if (book.find(id) != nullptr) continue;
      add(severity_for(schedule_),
          fmt::format("loop.after: there is no schedule \"{}\"", shown(id.str(), 80)));
    }
  }

 private:
  static std::optional<loop::AgentDefinition> definition_of(const loop::Config& config,
                                                            const std::string& name) {
    const auto configured = config.agents.find(name);
    if (configured != config.agents.end()) return configured->second;
    for (const loop::AgentDefinition& agent : loop::built_in_agents()) {
      if (agent.name == name) return agent;
    }
    return std::nullopt;
  }

  Session& session_;
  const Schedule& schedule_;
  Findings& findings_;
};

// Slugs in backticks that belong to a family of known ones ("integration-document" beside
// "integration-commit" and "integration-deploy"), with the number of times. Other words in
// backticks are no modes: one known slug makes no family.
std::map<std::string, std::size_t> unknown_references(const loop::ModeBook& modes,
                                                      const std::string& text) {
  std::map<std::string, std::size_t> family_sizes;
  for (const loop::Mode& mode : modes.modes()) {
    ++family_sizes[mode.slug.str().substr(0, mode.slug.str().find('-'))];
  }
  static const RE2 quoted("`([a-z0-9]+(?:-[a-z0-9]+)+)`");
  std::map<std::string, std::size_t> unknown;
  re2::StringPiece rest(text);
  std::string word;
  while (RE2::FindAndConsume(&rest, quoted, &word)) {
    const auto family = family_sizes.find(word.substr(0, word.find('-')));
    const bool is_family = family != family_sizes.end() && family->second >= 2;
    if (is_family && modes.find(loop::ModeSlug(word)) == nullptr) ++unknown[word];
  }
  return unknown;
}

}  // namespace

bool is_program(const Surroundings& surroundings, const std::string& name) {
  if (name.find('/') != std::string::npos) return ::access(name.c_str(), X_OK) == 0;
  const std::string path = surroundings.variable("PATH");
  for (const std::string_view directory : loop::split(path, ':')) {
    if (directory.empty()) continue;
    if (::access(fmt::format("{}/{}", directory, name).c_str(), X_OK) == 0) return true;
  }
  return false;
}

void check_configuration(Session& session, Findings& findings) {
  const auto config = session.config();
  if (!config) findings.add(Severity::error, "", config.error().message());
  const auto trusted = session.is_trusted();
  if (!trusted) findings.add(Severity::error, "", trusted.error().message());
}

void check_schedules(Session& session, Findings& findings) {
  const std::string file = loop::layout::schedules().str();
  const auto info = session.files().info(loop::layout::schedules());
  if (info && !*info) {
    findings.add(Severity::note, file, "does not exist; `loopctl init` makes it");
    return;
  }
  const auto book = session.schedules().load();
  if (!book) {
    findings.add(Severity::error, file, book.error().message());
    return;
  }
  const auto modes = load_modes(session);
  const auto config = session.config();
  const auto trusted = session.is_trusted();
  for (const Schedule& schedule : (*book)->schedules()) {
    ScheduleCheck check(session, schedule, findings);
    check.check_own();
    if (schedule.invalid) continue;
    if (modes) check.check_mode(*modes);
    if (config) check.check_agent((*config)->config, trusted && *trusted);
    check.check_after(**book);
  }
}

void check_modes(Session& session, Findings& findings) {
  const std::string file = loop::layout::modes().str();
  const auto modes = load_modes(session);
  if (!modes) {
    findings.add(Severity::error, file, modes.error().message());
    return;
  }
  for (const loop::ModeProblem& problem : modes->problems()) {
    findings.add(problem.is_warning ? Severity::warning : Severity::error, file, problem.message);
  }
  std::map<std::string, std::size_t> unknown;
  for (const loop::Mode& mode : modes->modes()) {
    if (mode.source == loop::ModeSource::built_in) continue;
    for (const std::string* text : {&mode.role_definition, &mode.custom_instructions}) {
      for (const auto& [slug, times] : unknown_references(*modes, *text)) unknown[slug] += times;
    }
  }
  for (const auto& [slug, times] : unknown) {
    findings.add(Severity::warning, file,
                 fmt::format("`{}` is named {} times, and there is no such mode", slug, times));
  }
}

}  // namespace loopctl
