// SPDX-License-Identifier: MIT
// Building prompts.
#include "engine/prompt.hpp"

#include <fmt/format.h>

namespace loop {

namespace {

void add_section(std::string& prompt, std::string_view title, std::string_view body) {
  if (body.empty()) return;
  fmt::format_to(std::back_inserter(prompt), "# {}\n\n{}\n\n", title, body);
}

}  // namespace

std::string build_prompt(const Mode& mode, const Schedule& schedule,
                         const std::optional<WorkflowPosition>& position) {
  std::string prompt;
  add_section(prompt, "Role", mode.role_definition);
  add_section(prompt, "Instructions for this mode", mode.custom_instructions);
  if (position) {
    add_section(
        prompt, "Stage",
        fmt::format("{} (round {} of the loop)", to_string(position->stage), position->round));
    if (!position->findings.empty()) {
      add_section(prompt, fmt::format("Findings of {}", to_string(position->findings_from)),
                  position->findings);
    }
  }
  add_section(prompt, fmt::format("Task: {}", schedule.name), schedule.task_instructions);
  return prompt;
}

}  // namespace loop
