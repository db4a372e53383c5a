// SPDX-License-Identifier: MIT
// The texts that an agent begins with.
#include "loop_prompts.hpp"

#include <array>

#include <fmt/format.h>

#include "loop_resources.hpp"

namespace loop_mcp {

namespace {

using Given = std::map<std::string, std::string>;

std::string value_of(const Given& given, const std::string& name) {
  const auto found = given.find(name);
  return found == given.end() ? std::string{} : found->second;
}

mcp::PromptResult prompt_text(std::string description, std::string text) {
  return {.description = std::move(description),
          .messages = {{.content = mcp::TextContent{std::move(text)}}}};
}

struct Stage {
  std::string_view name, title, work;
};

constexpr std::array<Stage, 5> kStages{{
    {"implementation", "Implementation",
     "Make the change, in small steps that build. Begin with what the last Validation or Quality "
     "found, if it failed."},
    {"validation", "Validation",
     "Run the tests and run_validation. Do not repair anything here: say what failed, with file, "
     "line and command, so that Implementation can go on from it."},
    {"quality", "Quality",
     "Read the change as a reviewer: correctness, clarity, missing tests, documentation. Say what "
     "has to change and why; do not change it here."},
    {"integration", "Integration",
     "Bring the change together with what others did meanwhile, and make sure that everything "
     "builds and passes as a whole."},
    {"planning", "Planning",
     "Look at what was done and what is left. Bring TODO.md and the schedules up to date, and "
     "write "
     "down in memory what was learnt."},
}};

mcp::Prompt stage_prompt(const Stage& stage) {
  return {
      .name = std::string(stage.name),
      .title = fmt::format("Stage: {}", stage.title),
      .description = fmt::format("What to do in the stage {} of a loop", stage.title),
      .arguments = {{.name = "task", .description = "what the loop works on", .is_required = true},
                    {.name = "findings", .description = "what the stage before found"}},
      .get = [&stage](mcp::Call&, const Given& given) -> mcp::Reply<mcp::PromptResult> {
        const std::string findings = value_of(given, "findings");
        return prompt_text(
            fmt::format("Stage {}", stage.title),
            fmt::format("You are in the stage {} of a loop.\n\nTask: {}\n\n{}{}{}", stage.title,
                        value_of(given, "task"), stage.work,
                        findings.empty() ? "" : "\n\nThe stage before found:\n", findings));
      }};
}

mcp::Prompt start_prompt(WorkspaceCalls& calls) {
  return {
      .name = "start-of-loop",
      .title = "Start of a loop",
      .description = "What to read and do when a loop of this workspace begins",
      .arguments = {{.name = "mode", .description = "slug of the mode to work in"}},
      .get = [](mcp::Call&, const Given& given) -> mcp::Reply<mcp::PromptResult> {
        const std::string mode = value_of(given, "mode");
        return prompt_text(
            "Start of a loop",
            fmt::format(
                "A loop begins.\n\n1. Read the shared memory (get_persistent_memory) and the "
                "schedules (get_schedule_status); the schedules have authority, TODO.md is "
                "planning.\n2. {}\n3. Start the time of your task (track_task_time) and end it "
                "when you are done, whatever the outcome.\n4. Work through Implementation, "
                "Validation, Quality, Integration and Planning; a failed Validation or Quality "
                "goes back to Implementation with its findings.\n5. When something fails, call "
                "error_recovery; after three failures in a row a person is told.\n6. Write what "
                "was not obvious into memory (update_persistent_memory).",
                mode.empty() ? "Choose a mode that fits the task (get_mode_capabilities, "
                               "switch_mode)."
                             : fmt::format("Switch to the mode {} (switch_mode).", mode)));
      },
      .complete =
          [&calls](const std::string& argument, const std::string& begun,
                   const mcp::CompletionContext&) {
            if (argument != "mode") return mcp::Completion{};
            return completion_of(calls.mode_slugs(), begun);
          }};
}

mcp::Prompt escalation_prompt(WorkspaceCalls& calls) {
  return {
      .name = "escalation-report",
      .title = "Report of an escalation",
      .description = "For the person who is called after failures in a row",
      .arguments = {{.name = "schedule_id", .description = "of the schedule", .is_required = true}},
      .get = [](mcp::Call&, const Given& given) -> mcp::Reply<mcp::PromptResult> {
        return prompt_text(
            "Report of an escalation",
            fmt::format(
                "The schedule {} failed several times in a row and was escalated.\n\nLook at "
                "it (get_schedule_status), at its last runs (list_runs, get_run) and at the "
                "memory's section on development and debug commands. Then write a report for "
                "a person: what was tried, what failed each time and with which words, what "
                "is common to the failures, the most likely cause, and what the person has to "
                "decide or do. Change nothing.",
                value_of(given, "schedule_id")));
      },
      .complete =
          [&calls](const std::string& argument, const std::string& begun,
                   const mcp::CompletionContext&) {
            if (argument != "schedule_id") return mcp::Completion{};
            return completion_of(calls.schedule_ids(), begun);
          }};
}

}  // namespace

std::vector<mcp::Prompt> make_prompts(WorkspaceCalls& calls) {
  std::vector<mcp::Prompt> prompts{start_prompt(calls)};
  for (const Stage& stage : kStages) prompts.push_back(stage_prompt(stage));
  prompts.push_back(escalation_prompt(calls));
  return prompts;
}

}  // namespace loop_mcp
