// SPDX-License-Identifier: MIT
// Checks of what decides about runs: configuration, schedules, agents, modes.
#include <fmt/format.h>
#include <re2/re2.h>

#include <map>

#include "loop/agents/adapter.h"
#include "loop/base/text.h"
#include "loop/domain/modes.h"
#include "loop/domain/schedule_store.h"
#include "loop/store/layout.h"
#include "ops/agent_program.hpp"
#include "ops/workspace_checks.hpp"

namespace loop::ops {

namespace {

std::string quoted(std::string_view text, std::size_t length_max) {
  return fmt::format("\"{}\"", ellipsize(to_single_line(text), length_max));
}

// A schedule that does not run anyway has no need to be right.
Severity severity_for(const Schedule& schedule) {
  return schedule.active && !schedule.loop.paused ? Severity::error : Severity::note;
}

class ScheduleCheck {
 public:
  ScheduleCheck(const OperationContext& context, const ScheduleBook& book, const Schedule& schedule,
                Findings& findings)
      : context_(context), book_(book), schedule_(schedule), findings_(findings) {}

  void check_own() const {
    if (schedule_.invalid) add(severity_for(schedule_), "schedules.invalid", *schedule_.invalid);
    for (const std::string& warning : schedule_.warnings) {
      add(Severity::warning, "schedules.doubtful", warning);
    }
  }

  void check_mode(const ModeBook& modes) const {
    if (!schedule_.loop.workflow.empty()) return;  // its stages choose among the modes there are
    const auto mode = modes.require(schedule_.mode);
    if (!mode) add(severity_for(schedule_), "schedules.unknown_mode", mode.error().message());
  }

  void check_agent() const {
    const std::string& own = schedule_.loop.agent;
    const std::string& name = own.empty() ? context_.engine.config.default_agent : own;
    if (name.empty()) {
      add(severity_for(schedule_), "schedules.no_agent",
          "no agent: set loop.agent in the schedule, or engine.default_agent in the configuration");
      return;
    }
    const AgentDefinition* agent = find_agent(context_.engine.config, name);
    if (agent == nullptr) {
      add(severity_for(schedule_), "schedules.unknown_agent",
          fmt::format("unknown agent {}", quoted(name, 80)));
    } else if (agent->adapter == "shell" && !context_.engine.is_trusted) {
      add(severity_for(schedule_), "schedules.untrusted_agent",
          fmt::format("agent {} runs the instructions as a script, which needs a trusted "
                      "workspace: loopctl trust",
                      quoted(name, 80)));
    } else if (agent->adapter != "shell" && agent_program(context_, *agent).empty()) {
      add(severity_for(schedule_), "schedules.missing_program",
          fmt::format("agent {}: program {} is not found", quoted(name, 80),
                      quoted(agent->command, 200)));
    }
  }

  void check_after() const {
    for (const ScheduleId& id : schedule_.loop.after) {
      if (book_.find(id) != nullptr) continue;
      add(severity_for(schedule_), "schedules.unknown_predecessor",
          fmt::format("loop.after: there is no schedule {}", quoted(id.str(), 80)));
    }
  }

 private:
  void add(Severity severity, std::string rule, std::string_view message) const {
    findings_.add(severity, std::move(rule), layout::schedules().str(),
                  fmt::format("schedule {} ({}): {}", quoted(schedule_.name, 60),
                              ellipsize(to_single_line(schedule_.id.str()), 60), message),
                  book_.line_of(schedule_));
  }

  const OperationContext& context_;
  const ScheduleBook& book_;
  const Schedule& schedule_;
  Findings& findings_;
};

// Slugs in backticks that belong to a family of known ones ("integration-document" beside
// "integration-commit" and "integration-deploy"), with the number of times. Other words in
// backticks are no modes: one known slug makes no family.
std::map<std::string, std::size_t> unknown_references(const ModeBook& modes,
                                                      const std::string& text) {
  std::map<std::string, std::size_t> family_sizes;
  for (const Mode& mode : modes.modes()) {
    ++family_sizes[mode.slug.str().substr(0, mode.slug.str().find('-'))];
  }
  static const RE2 in_backticks("`([a-z0-9]+(?:-[a-z0-9]+)+)`");
  std::map<std::string, std::size_t> unknown;
  re2::StringPiece rest(text);
  std::string word;
  while (RE2::FindAndConsume(&rest, in_backticks, &word)) {
    const auto family = family_sizes.find(word.substr(0, word.find('-')));
    const bool is_family = family != family_sizes.end() && family->second >= 2;
    if (is_family && modes.find(ModeSlug(word)) == nullptr) ++unknown[word];
  }
  return unknown;
}

}  // namespace

void check_configuration(const OperationContext& context, Findings& findings) {
  if (!context.configuration_problem) return;
  findings.add(Severity::error, "configuration.refused", "",
               context.configuration_problem->message());
}

void check_schedules(const OperationContext& context, Findings& findings) {
  const EngineContext& services = context.services;
  const std::string file = layout::schedules().str();
  const auto info = services.files.info(layout::schedules());
  if (info && !*info) {
    findings.add(Severity::note, "schedules.absent", file,
                 "does not exist; `loopctl init` makes it");
    return;
  }
  ScheduleStore store(services.files, services.clock, services.random, services.log);
  const auto loaded = store.load();
  if (!loaded) {
    findings.add(Severity::error, "schedules.unreadable", file, loaded.error().message());
    return;
  }
  const ScheduleBook& book = **loaded;
  const auto modes = ModeBook::load(services.files, context.engine.global_modes);
  for (const Schedule& schedule : book.schedules()) {
    const ScheduleCheck check(context, book, schedule, findings);
    check.check_own();
    if (schedule.invalid) continue;
    if (modes) check.check_mode(*modes);
    if (!context.configuration_problem) check.check_agent();
    check.check_after();
  }
}

void check_modes(const OperationContext& context, Findings& findings) {
  const std::string file = layout::modes().str();
  const auto modes = ModeBook::load(context.services.files, context.engine.global_modes);
  if (!modes) {
    findings.add(Severity::error, "modes.unreadable", file, modes.error().message());
    return;
  }
  for (const ModeProblem& problem : modes->problems()) {
    findings.add(problem.is_warning ? Severity::warning : Severity::error,
                 problem.is_warning ? "modes.doubtful" : "modes.invalid", file, problem.message);
  }
  std::map<std::string, std::size_t> unknown;
  for (const Mode& mode : modes->modes()) {
    if (mode.source == ModeSource::built_in) continue;
    for (const std::string* text : {&mode.role_definition, &mode.custom_instructions}) {
      for (const auto& [slug, times] : unknown_references(*modes, *text)) unknown[slug] += times;
    }
  }
  for (const auto& [slug, times] : unknown) {
    findings.add(Severity::warning, "modes.unknown_reference", file,
                 fmt::format("`{}` is named {} times, and there is no such mode", slug, times));
  }
}

}  // namespace loop::ops
