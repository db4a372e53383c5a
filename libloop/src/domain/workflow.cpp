// SPDX-License-Identifier: MIT
// Stages in their order, the way back after a failed check, and the mode of each stage.
#include "loop/domain/workflow.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "loop/base/text.h"

namespace loop {

namespace {

struct StageRow {
  Stage stage;
  std::string_view title;
  std::string_view prefix;         // of the slugs that serve it
  std::string_view built_in_mode;  // where no slug has the prefix
};

// In the order of the loop; indexed by the enum.
constexpr std::array<StageRow, 5> kStages{{
    {Stage::implementation, "Implementation", "implementation", "code"},
    {Stage::validation, "Validation", "validation", "debug"},
    {Stage::quality, "Quality", "quality", "ask"},
    {Stage::integration, "Integration", "integration", "code"},
    {Stage::planning, "Planning", "planning", "architect"},
}};

const StageRow& row_of(Stage stage) { return kStages[static_cast<std::size_t>(stage)]; }

bool sends_work_back(Stage stage) { return stage == Stage::validation || stage == Stage::quality; }

Stage stage_to_repair(const std::vector<Stage>& stages) {
  const auto found = std::find(stages.begin(), stages.end(), Stage::implementation);
  return found == stages.end() ? stages.front() : *found;
}

// The stages may have been edited since `stage` ran: the next one in the order of the loop.
WorkflowPosition stage_after(const std::vector<Stage>& stages, const WorkflowPosition& position) {
  const auto next = std::find_if(stages.begin(), stages.end(),
                                 [&](Stage stage) { return stage > position.stage; });
  if (next != stages.end()) return {.stage = *next, .round = position.round, .findings = {}};
  return {.stage = stages.front(), .round = position.round + 1, .findings = {}};
}

bool serves(const ModeSlug& slug, std::string_view prefix) {
  const std::string& text = slug.str();
  if (!text.starts_with(prefix)) return false;
  return text.size() == prefix.size() || text[prefix.size()] == '-';
}

}  // namespace

std::string_view to_string(Stage stage) noexcept { return row_of(stage).title; }

Result<Stage> parse_stage(std::string_view text) {
  const std::string wanted = to_lower(trim(text));
  std::vector<std::string> titles;
  for (const StageRow& row : kStages) {
    if (wanted == to_lower(row.title)) return row.stage;
    titles.emplace_back(row.title);
  }
  return Error(Errc::invalid_argument,
               fmt::format("workflow stage \"{}\" is unknown{}; allowed: {}",
                           ellipsize(to_single_line(text), 60), did_you_mean(wanted, titles),
                           fmt::join(titles, ", ")));
}

Result<std::vector<Stage>> parse_workflow(const std::vector<std::string>& names) {
  if (names.empty()) {
    return Error(Errc::invalid_argument, "workflow names no stage; at least one is needed");
  }
  std::vector<Stage> stages;
  for (const std::string& name : names) {
    LOOP_TRY(const Stage stage, parse_stage(name));
    if (!stages.empty() && stage <= stages.back()) {
      return Error(Errc::invalid_argument,
                   fmt::format("workflow stage {} stands after {}; each may be named once, in the "
                               "order Implementation, Validation, Quality, Integration, Planning",
                               to_string(stage), to_string(stages.back())));
    }
    stages.push_back(stage);
  }
  return stages;
}

WorkflowPosition next_position(const std::vector<Stage>& stages,
                               const std::optional<WorkflowPosition>& previous, bool succeeded,
                               std::string_view findings) {
  LOOP_CHECK(!stages.empty());
  if (!previous) return {.stage = stages.front(), .round = 1, .findings = {}};
  const bool still_named = std::find(stages.begin(), stages.end(), previous->stage) != stages.end();
  WorkflowPosition next = *previous;
  if (!succeeded && sends_work_back(previous->stage)) {
    next.stage = stage_to_repair(stages);
  } else if (succeeded || !still_named) {
    next = stage_after(stages, *previous);
  }
  // A stage that is tried again still has the work it was given, and says what went wrong with it.
  const bool is_again = !succeeded && next.stage == previous->stage && !previous->findings.empty();
  const std::string_view gap = findings.empty() ? "" : "\n\n";
  next.findings =
      is_again ? fmt::format("{}{}{}", previous->findings, gap, findings) : std::string(findings);
  next.findings_from = is_again ? previous->findings_from : previous->stage;
  return next;
}

ModeSlug mode_for(Stage stage, const std::vector<ModeSlug>& known) {
  const StageRow& row = row_of(stage);
  const auto found = std::find_if(known.begin(), known.end(),
                                  [&](const ModeSlug& slug) { return serves(slug, row.prefix); });
  return found != known.end() ? *found : ModeSlug(std::string(row.built_in_mode));
}

}  // namespace loop
