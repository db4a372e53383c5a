// SPDX-License-Identifier: MIT
// The stages of a workflow and the rule that says which comes next.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loop/base/ids.h"
#include "loop/base/result.h"

namespace loop {

enum class Stage { implementation, validation, quality, integration, planning };
std::string_view to_string(Stage stage) noexcept;  // "Implementation", ...
// Case ignored; the message lists the five.
Result<Stage> parse_stage(std::string_view text);

// Implementation -> Validation -> Quality -> Integration -> Planning -> Implementation ...; a
// workflow may name fewer stages, in this order. A failed Validation or Quality goes back to
// Implementation (to the first stage when there is none) with its findings; any other failed stage
// is tried again.
struct WorkflowPosition {
  Stage stage = Stage::implementation;
  std::size_t round = 1;  // how many times the loop has been closed, plus one
  std::string findings;   // what the stage that ran before found, or why it failed
  Stage findings_from = Stage::implementation;
};

Result<std::vector<Stage>> parse_workflow(const std::vector<std::string>& names);

// `previous` empty: the beginning. `findings` are those of `previous`, whether it succeeded or not;
// they go to the next stage; one that is tried again gets those it was given, too.
WorkflowPosition next_position(const std::vector<Stage>& stages,
                               const std::optional<WorkflowPosition>& previous, bool succeeded,
                               std::string_view findings);

// The mode for a stage among the known slugs: the first one with the stage's prefix
// ("validation-unit"), else the built-in one that fits (implementation: code, validation: debug,
// quality: ask, integration: code, planning: architect).
ModeSlug mode_for(Stage stage, const std::vector<ModeSlug>& known);

}  // namespace loop
