// SPDX-License-Identifier: MIT
// The hand-over from one run of a workflow to the next.
#include "engine/stage_finder.hpp"

#include "loop/base/text.h"

namespace loop {

namespace {

// A findings text grows with each failed try of a stage.
constexpr std::size_t kFindingsBytesMax = 32 * 1024;

// Without a folder (pruned, or the run never started) the journal's reason is all there is.
std::string find_findings(RunDirectory& directory, const ScheduleHistory& past) {
  const auto launch = directory.last_launch();
  if (!launch || *launch == 0) return past.last_findings;
  const auto result = directory.result(*launch);
  if (!result || !*result) return past.last_findings;
  const AgentOutcome& outcome = (*result)->outcome;
  const bool has_both = !is_blank(outcome.reason) && !is_blank(outcome.answer);
  return outcome.reason + (has_both ? "\n\n" : "") + outcome.answer;
}

}  // namespace

Result<std::optional<WorkflowPosition>> find_stage(const EngineContext& context,
                                                   const Schedule& schedule,
                                                   const ScheduleHistory& past) {
  if (schedule.loop.workflow.empty()) return std::optional<WorkflowPosition>{};
  LOOP_TRY(const auto stages, parse_workflow(schedule.loop.workflow));
  const auto stage = parse_stage(past.last_stage);
  if (!stage) return std::optional{next_position(stages, std::nullopt, false, {})};

  WorkflowPosition previous{*stage, static_cast<std::size_t>(past.last_round), {}, *stage};
  RunDirectory directory(context.files, context.random, past.last_finished);
  if (const auto intent = directory.intent(); intent && *intent) {
    previous.findings = (*intent)->findings;
    if (const auto from = parse_stage((*intent)->findings_from)) previous.findings_from = *from;
  }
  WorkflowPosition next =
      next_position(stages, previous, past.last_succeeded, find_findings(directory, past));
  next.findings = ellipsize(to_valid_utf8(next.findings), kFindingsBytesMax);
  return std::optional{std::move(next)};
}

}  // namespace loop
