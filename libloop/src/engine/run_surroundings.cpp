// SPDX-License-Identifier: MIT
// What a run is given: its prompt, and the environment of its runner.
#include <algorithm>
#include <array>

#include "engine/prompt.hpp"
#include "engine/run_starter.hpp"
#include "loop/base/text.h"

namespace loop {

namespace {

// A visitor may itself work inside a run; what that run was told is not for another one.
constexpr std::array<std::string_view, 6> kOfOneRun = {
    "LOOP_RUN_ID", "LOOP_DEPTH", "LOOP_DEADLINE", "LOOP_MODE", "LOOP_PROMPT_FILE", "LOOP_ATTEMPT"};

bool is_of_one_run(std::string_view entry) {
  const std::string_view name = entry.substr(0, entry.find('='));
  return std::find(kOfOneRun.begin(), kOfOneRun.end(), name) != kOfOneRun.end();
}

}  // namespace

std::string RunStarter::make_prompt(const StartRequest& request, const Plan& plan) const {
  const std::string& task = request.schedule.task_instructions;
  if (plan.agent.adapter == "shell") return task;
  PromptParts parts{.mode = plan.mode, .task = task, .position = plan.position};
  MemoryBook memory(context_.files, context_.clock, context_.random, context_.log);
  if (auto text = memory.read()) {
    parts.memory = std::move(text->entries);
  } else {
    context_.log.warning("no memory for the prompt: " + text.error().message());
  }
  if (request.delegated == nullptr) {
    parts.title = request.schedule.name;
    return build_prompt(parts);
  }
  parts.context = request.delegated->context;
  parts.requirements = request.delegated->requirements;
  parts.deadline = request.delegated->deadline;
  parts.depth = request.delegated->depth;
  const RunSummary* parent = ledger_.history().find(request.delegated->parent);
  if (parent == nullptr) return build_prompt(parts);
  parts.parent_task = parent->task;
  if (auto siblings = read_children(context_.files, parent->id)) {
    parts.siblings = std::move(*siblings);
  }
  return build_prompt(parts);
}

// The runner has the marker of its own launch: so the run above it, whose processes are found by
// marker and by descent, does not count it among its own (see ProcessLauncher::tree).
std::vector<std::string> RunStarter::runner_environment(const RunId& run, int launch) const {
  std::vector<std::string> environment;
  for (const std::string& entry : options_.environment) {
    if (!is_of_one_run(entry)) environment.push_back(entry);
  }
  environment.push_back(process_marker(context_.files.root(), run, launch));
  return environment;
}

}  // namespace loop
